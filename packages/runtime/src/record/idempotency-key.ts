import { createHash } from "node:crypto";

/** What identifies one record for one consumer, for ever. */
export interface RecordIdentity {
  readonly consumerId: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The same in every attempt, on every host and after every restart; says nothing about the row. */
export function idempotencyKeyOf(identity: RecordIdentity): string {
  const text = `${identity.consumerId}\n${identity.topicId}\n${identity.partition}\n${identity.offset}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
