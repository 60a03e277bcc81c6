import type { Failure, JsonObject } from "@gluttony/model";
import type { DecodingOptions, RawRecord, RecordFormat, WriterSchema } from "@gluttony/sdk/codecs";
import type { HostMeans } from "../ports.ts";

/** One record to try once. The bytes stay valid until the answer is given. */
export interface AttemptRequest {
  readonly record: RawRecord;
  readonly consumer: CellConsumer;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** The schemas that the record names; left out when it names none. The same objects for all records of a schema. */
  readonly schemas?: readonly WriterSchema[];
  /** Aborted when the partition is revoked or the host stops; the cell then aborts the handler's signal. */
  readonly signal?: AbortSignal;
  /** Asked right before each call to a target; false when another host may hold the partition by now. */
  readonly mayCall?: () => boolean;
  /** What the host does for this attempt instead of its usual means; asked at each use. Undefined: the usual means. */
  readonly meansOf?: ((usual: HostMeans) => HostMeans) | undefined;
}

/** On whose behalf a cell works; configured once per consumer and revision, then referred to by number. */
export interface CellConsumer {
  readonly id: string;
  readonly name: string;
  readonly revision: bigint;
  /** The handler's name in the manifest. */
  readonly handler: string;
  /** Checked settings with defaults filled in and references expanded. */
  readonly config: JsonObject;
  /** Soft deadline: milliseconds until the handler's signal is aborted. */
  readonly deadlineMs: number;
  /** Milliseconds after the soft deadline until the process is killed. */
  readonly graceMs: number;
  /** Left out for records of any format and operation. */
  readonly decoding?: CellDecoding;
}

/**
 * Which records a consumer takes, as far as only the cell can see it, since the host does not read binary values; and what is
 * known of them beside the records.
 */
export interface CellDecoding extends DecodingOptions {
  readonly format: RecordFormat;
  /** The operations that are wanted; empty means all. */
  readonly operations: readonly string[];
}

/** A target that answered an attempt. */
export interface CalledTarget {
  readonly origin: string;
  /** False when its latest answer was that it is not at service: status 429, 502, 503 or 504. */
  readonly isUp: boolean;
}

/**
 * What an attempt came to. A cell never throws for a record. `called` lists the targets that the host called for it
 * and that answered; it is left out when there were none.
 */
export type AttemptResult =
  | { readonly kind: "done"; readonly called?: readonly CalledTarget[] }
  | { readonly kind: "filtered"; readonly rule: string; readonly called?: readonly CalledTarget[] }
  | { readonly kind: "failed"; readonly failure: Failure; readonly called?: readonly CalledTarget[] };

/** What is seen of one cell. */
export interface CellObservation {
  readonly release: string;
  readonly state: "starting" | "ready" | "backing-off" | "quarantined" | "closed";
  readonly pid: number | null;
  readonly crashes: number;
  /** Milliseconds since the last heartbeat; null while no process runs. */
  readonly heartbeatAgeMs: number | null;
  readonly residentBytes: number | null;
}

/** A place where the handlers of one release run; shared by all consumers of that release. */
export interface Cell {
  readonly release: string;
  /** Runs one attempt. Waits for credit; never rejects. */
  attempt(request: AttemptRequest): Promise<AttemptResult>;
  /**
   * What the handler's own schema says of settings that fit the manifest's: null when it takes them or has no say. Takes seconds at
   * most; never rejects.
   */
  checkSettings(consumer: CellConsumer): Promise<Failure | null>;
  observe(): CellObservation;
  /** Ends the process and starts another one; attempts in flight are tried again in it. */
  recycle(): void;
  /** Lets attempts in flight finish for at most `budgetMs`, then ends the process. */
  close(budgetMs: number): Promise<void>;
}
