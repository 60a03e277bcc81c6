import type { MaskingRule } from "@gluttony/model";
import type { RawRecord, RecordCoordinates, WriterSchema } from "@gluttony/sdk/codecs";

/** What one look into a partition came to. */
export interface RecordChunk {
  /** Committed records from the offset on, in order. */
  readonly records: readonly RawRecord[];
  /** Where the next look begins; the offset asked for when nothing follows. */
  readonly next: bigint;
  /** Whether a batch that cannot be read was stepped over. */
  readonly isUnreadable: boolean;
}

/** Records as they lie in topics. No group is joined and no mark moved. Implemented by `@gluttony/kafka`. */
export interface ChangeReader {
  /** About a megabyte of committed records. Throws `kafka.*`; below the log's start it answers nothing. */
  readChunk(from: RecordCoordinates): Promise<RecordChunk>;
  /** Where Kafka's own partitioner, which Kafka Connect uses, sends a key. Pure. */
  partitionOf(key: Uint8Array, partitions: number): number;
  /** The schema that a record names; null where it cannot be had. */
  findSchema(ref: string): Promise<WriterSchema | null>;
}

/** What a rule is to be. */
export type MaskingDraft = Pick<MaskingRule, "name" | "tables" | "columns" | "effect" | "reason">;

/** The rules by which values are shown. Every change is in the audit. Implemented by `@gluttony/postgres`. */
export interface MaskingRuleStore {
  /** By name. */
  list(): Promise<readonly MaskingRule[]>;
  /** Throws `masking.rule_exists`, `masking.rules_full`, `masking.reason_required`. */
  create(draft: MaskingDraft, actor: string): Promise<MaskingRule>;
  /** Throws `masking.rule_unknown`, `masking.stale_revision`, `masking.reason_required`. */
  update(
    draft: MaskingDraft,
    seen: { readonly actor: string; readonly revision: bigint },
  ): Promise<MaskingRule>;
  /** Throws `masking.rule_unknown`, `masking.stale_revision`. */
  delete(name: string, seen: { readonly actor: string; readonly revision: bigint }): Promise<void>;
}

/** One record, in one life of its topic. */
export interface RevealedPlace extends RecordCoordinates {
  readonly topicId: string;
}

/** That somebody was shown records, for a while. */
export interface Reveal {
  readonly id: string;
  readonly places: readonly RevealedPlace[];
  readonly expiresAt: Date;
}

/** Who was shown what. Each reveal is in the audit, in the same transaction. Implemented by `@gluttony/postgres`. */
export interface RevealStore {
  /** Throws `change.reason_required`. */
  begin(
    places: readonly RevealedPlace[],
    by: { readonly actor: string; readonly reason: string },
  ): Promise<Reveal>;
  /** Null when it is somebody else's, has run out, or never was. */
  find(id: string, actor: string): Promise<Reveal | null>;
}

/** What decides who sees which values. */
export interface MaskingStores {
  readonly rules: MaskingRuleStore;
  readonly reveals: RevealStore;
}
