import type { TSchema } from "@sinclair/typebox";
import { anything, exactly, int64, listOf, mapOf, orNull, pageOf, text, time } from "./forms.ts";

const line = {
  revision: int64,
  at: time,
  actor: text,
  operation: text,
  reason: orNull(text),
};

/** Who changed a consumer, and which fields. */
export const revisionPageAnswer: TSchema = pageOf(exactly({ ...line, changed: listOf(text) }));

/** What a consumer was, and what differs. */
export const revisionAnswer: TSchema = exactly({
  ...line,
  columns: orNull(mapOf(anything)),
  changes: listOf(exactly({ pointer: text, before: anything, after: anything })),
});
