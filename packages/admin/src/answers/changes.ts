import type { TSchema } from "@sinclair/typebox";
import { anything, count, exactly, flag, int64, listOf, oneOf, orNull, pageOf, text, time } from "./forms.ts";

const shownValue = exactly({
  state: oneOf(["shown", "masked", "null", "absent", "unavailable", "doubtful"]),
  type: orNull(oneOf(["text", "number", "decimal", "boolean", "bytes", "list", "object"])),
  value: anything,
});
const key = orNull(listOf(exactly({ name: text, shown: shownValue })));

/** One record with its values masked. */
export const recordFields: { readonly [name: string]: TSchema } = {
  topic: text,
  partition: count,
  offset: int64,
  at: time,
  kind: oneOf([
    "change",
    "tombstone",
    "heartbeat",
    "transaction",
    "message",
    "notification",
    "signal",
    "schema_change",
    "undecodable",
    "oversized",
  ]),
  operation: orNull(oneOf(["snapshot", "insert", "update", "upsert", "delete", "truncate"])),
  isTombstone: flag,
  source: orNull(
    exactly({
      connector: text,
      database: text,
      schema: orNull(text),
      table: text,
      position: orNull(exactly({ kind: text, parts: listOf(int64) })),
      snapshot: orNull(text),
      committedAt: orNull(time),
      transaction: orNull(exactly({ id: text, totalOrder: orNull(count), tableOrder: orNull(count) })),
    }),
  ),
  key,
  keyChange: orNull(exactly({ role: oneOf(["old", "new"]), otherKey: key })),
  fields: listOf(
    exactly({
      name: text,
      isKey: flag,
      isChanged: orNull(flag),
      before: shownValue,
      after: shownValue,
    }),
  ),
  headers: listOf(exactly({ name: text, state: oneOf(["shown", "masked", "null"]), value: orNull(text) })),
  failure: orNull(exactly({ code: text, path: orNull(text), detail: text })),
  sizeBytes: orNull(count),
};

/** One record with its values masked. */
export const changeAnswer: TSchema = exactly({ ...recordFields, topicId: text });

/** Everything of a page but its items. */
export const searchFields: { readonly [name: string]: TSchema } = {
  topic: text,
  topicId: text,
  next: orNull(text),
  searched: exactly({
    offsets: int64,
    ofOffsets: int64,
    isComplete: flag,
    stoppedBy: orNull(oneOf(["limit", "records", "bytes", "time"])),
    goesOnAt: orNull(exactly({ partition: count, offset: int64 })),
    partitions: count,
    unreadableBatches: count,
  }),
  keyPlace: orNull(
    exactly({ certainty: oneOf(["only", "checked", "unknown"]), partition: orNull(count), note: text }),
  ),
};

/** What was found, and how much was searched for it. */
export const changesAnswer: TSchema = exactly({ ...searchFields, items: listOf(exactly(recordFields)) });

export const changeTopicsAnswer: TSchema = pageOf(
  exactly({ topic: text, isInternal: flag, consumers: listOf(text) }),
);

/** Records as they are, until a time. */
export const revealAnswer: TSchema = exactly({
  id: text,
  expiresAt: time,
  items: listOf(changeAnswer),
});

export const maskingRuleAnswer: TSchema = exactly({
  name: text,
  tables: text,
  columns: text,
  effect: oneOf(["show", "mask"]),
  reason: text,
  changedBy: text,
  changedAt: time,
  revision: int64,
});
export const maskingRulePageAnswer: TSchema = pageOf(maskingRuleAnswer);
