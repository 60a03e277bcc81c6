import type { Failure } from "@gluttony/model";
import type { ParkedRecord } from "@gluttony/runtime";

/** Why the records below were parked. */
export const parkedFailure: Failure = { kind: "record", code: "empi.rejected", message: "refused" };

/** A record of partition 0 to be parked for the consumer 7, with a subject of its own. */
export function parkedAt(offset: bigint, changes: Partial<ParkedRecord> = {}): ParkedRecord {
  const content = { key: Buffer.from("k"), value: Buffer.from("v"), headers: [] };
  return {
    ...{ consumerId: "7", topicId: "T1", attempts: 1, release: "empi@1", isBehind: false },
    record: { topic: "t", partition: 0, offset, timestampMs: 1, ...content },
    failure: parkedFailure,
    idempotencyKey: `k${offset}`,
    subject: `s${offset}`,
    bytes: "encrypted",
    ...changes,
  };
}
