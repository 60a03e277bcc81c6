import type { Operation, OperationEnding, OperationState, SteeringVerb, WantedRun } from "@gluttony/model";

/** What a person asks of a consumer as a whole. */
export interface SteeringWish {
  readonly verb: SteeringVerb;
  readonly actor: string;
  readonly reason: string;
  /** When a pause ends by itself; null for one without an end. */
  readonly until: Date | null;
  /** Milliseconds in which it should become so. */
  readonly limitMs: number;
}

/** Starts, pauses, resumes, stops and restarts consumers, as a wish. Implemented by `@gluttony/postgres`. */
export interface SteeringStore {
  /** Throws `consumer.not_found`, `consumer.stopped`, `consumer.reason_required`. */
  steer(consumerId: string, wish: SteeringWish): Promise<Operation>;
  /** Asks again for what was asked before the operation. Throws `operation.ended`, `consumer.not_found`. */
  takeBack(operation: Operation, wanted: WantedRun, actor: string): Promise<void>;
}

/** Which operations to list; what is left out matches all. */
export interface OperationQuery {
  readonly state?: OperationState;
  readonly kind?: string;
  readonly subject?: { readonly kind: string; readonly id: string };
  /** Only those of subjects of the kind that are among these, and those of other kinds. */
  readonly among?: { readonly kind: string; readonly ids: readonly string[] };
  /** The cursor of the page before. */
  readonly before?: bigint;
  readonly limit: number;
}

/** What was asked for and takes its time. */
export interface OperationStore {
  /** Newest first. */
  list(
    query: OperationQuery,
  ): Promise<{ readonly items: readonly Operation[]; readonly next: bigint | null }>;
  get(id: string): Promise<Operation | null>;
  /** Ends one that runs; answers how it is remembered. */
  end(id: string, ending: OperationEnding): Promise<Operation | null>;
}
