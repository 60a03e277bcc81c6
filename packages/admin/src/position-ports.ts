import type { Position } from "@gluttony/model";

/** Marks and endings, and a person's way to another mark. */
export interface PositionStore {
  load(consumerId: string, topic: string): Promise<readonly Position[]>;
  /** Throws `position.invalid`, `position.reason_required`. */
  choose(consumerId: string, chosen: ChosenPosition): Promise<Position>;
  /** All or none. Throws `position.plan_stale`, `position.reason_required`. */
  chooseAll(consumerId: string, planned: PlannedMoves): Promise<readonly DoneMove[]>;
  /** Newest first. */
  snapshots(consumerId: string): Promise<readonly PositionSnapshot[]>;
}

/** Moves that a person planned on a revision of the consumer. */
export interface PlannedMoves {
  readonly topic: string;
  readonly topicId: string;
  readonly revision: bigint;
  readonly moves: readonly {
    readonly partition: number;
    readonly from: bigint | null;
    readonly to: bigint;
    readonly bounds: { readonly start: bigint; readonly end: bigint };
  }[];
  readonly actor: string;
  readonly reason: string;
}

/** A partition that was moved, and its mark in that moment. */
export interface DoneMove {
  readonly partition: number;
  readonly from: bigint | null;
  readonly position: Position;
}

/** Where partitions stood before a person moved them. */
export interface PositionSnapshot {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string;
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly from: string | null;
    readonly to: string;
  }[];
}

/** From where a person wants a partition to be read. */
export interface ChosenPosition {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly to: bigint;
  readonly bounds: { readonly start: bigint; readonly end: bigint };
  readonly actor: string;
  readonly reason: string;
}

/** A topic as it lies on the brokers now: its id, and the log's bounds of each partition. */
export interface TopicBounds {
  readonly topicId: string;
  readonly partitions: ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>;
}
