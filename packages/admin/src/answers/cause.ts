import type { TSchema } from "@sinclair/typebox";
import { anything, exactly, listOf, mapOf, maybe, text } from "./forms.ts";

/** What was seen, under names of their own. */
export const facts: TSchema = mapOf(anything);

/** Why something is as it is, and what to do. */
export const causeAnswer: TSchema = exactly({
  code: text,
  title: text,
  facts,
  faults: listOf(exactly({ path: text, message: text, suggestion: maybe(text) })),
  remedy: text,
});
