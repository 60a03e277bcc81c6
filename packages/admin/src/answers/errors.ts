import type { TSchema } from "@sinclair/typebox";
import { count, exactly, int64, listOf, orNull, pageOf, text, time } from "./forms.ts";

/** Failed attempts that one thing made. */
export const errorAnswer: TSchema = exactly({
  fingerprint: text,
  code: text,
  // The register's words; null for a code of the plugin's own.
  title: orNull(text),
  remedy: orNull(text),
  kind: text,
  release: orNull(text),
  frames: listOf(text),
  count: int64,
  firstSeenAt: time,
  lastSeenAt: time,
  sample: exactly({ topic: text, partition: count, offset: int64 }),
});

export const errorPageAnswer: TSchema = pageOf(errorAnswer);
