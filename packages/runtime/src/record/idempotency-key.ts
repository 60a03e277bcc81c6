import { createHash } from "node:crypto";

/** What identifies the records of one topic for one consumer, for ever. */
export interface KeyScope {
  readonly consumerId: string;
  readonly topicId: string;
}

/** The beginning of the idempotency keys of one topic; made once, since a hash per record is felt. */
export function keyPrefixOf({ consumerId, topicId }: KeyScope): string {
  return createHash("sha256").update(`${consumerId}\n${topicId}`).digest("hex").slice(0, 24);
}

/** The same in every attempt, on every host and after every restart; says nothing about the row. */
export function idempotencyKeyOf(prefix: string, partition: number, offset: bigint): string {
  return `${prefix}-${partition}-${offset}`;
}
