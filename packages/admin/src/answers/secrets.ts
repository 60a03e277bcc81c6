import type { TSchema } from "@sinclair/typebox";
import { exactly, flag, int64, listOf, orNull, pageOf, text, time } from "./forms.ts";

/** What is told of a secret: never the value, never its length. */
export const secretAnswer: TSchema = exactly({
  id: text,
  name: text,
  set: flag,
  ref: text,
  fingerprint: orNull(text),
  keyId: orNull(text),
  revision: int64,
  createdAt: time,
  createdBy: text,
  rotatedAt: time,
  rotatedBy: text,
  usedBy: listOf(exactly({ kind: text, id: text, name: text })),
});
export const secretPageAnswer: TSchema = pageOf(secretAnswer);
