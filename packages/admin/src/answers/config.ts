import { roleNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import { planEffects, planKinds } from "../config/planned.ts";
import { anything, count, exactly, flag, listOf, mapOf, maybe, oneOf, orNull, text, time } from "./forms.ts";

const grants = listOf(exactly({ role: oneOf(roleNames), scope: orNull(mapOf(text)) }));
const secret = Type.Union([text, exactly({ set: flag })]);

/** All that people decided. */
export const configDocumentAnswer: TSchema = exactly({
  version: count,
  consumers: mapOf(
    exactly({
      handler_func: text,
      is_valid: flag,
      data_source: maybe(text),
      conn_string: maybe(secret),
      capture_schema: maybe(text),
      capture_table: maybe(text),
      topic: maybe(text),
      group: maybe(text),
      global_key: listOf(text),
      configuration: mapOf(anything),
    }),
  ),
  plugins: mapOf(exactly({ active: listOf(text), pins: mapOf(text) })),
  users: mapOf(exactly({ grants, isDisabled: flag })),
});

const changes = listOf(
  exactly({
    kind: oneOf(planKinds),
    name: text,
    do: oneOf(["create", "change", "delete"]),
    pointer: text,
    fields: listOf(exactly({ pointer: text, from: anything, to: anything })),
    effect: oneOf(planEffects),
  }),
);

/** What a document would change. */
export const configPlanAnswer: TSchema = exactly({
  changes,
  unchanged: count,
  left: listOf(exactly({ kind: oneOf(planKinds), name: text })),
  faults: listOf(exactly({ pointer: text, message: text, suggestion: maybe(text) })),
  warnings: listOf(exactly({ pointer: text, message: text })),
  hash: orNull(text),
  expiresAt: time,
});

/** What a document changed. */
export const configAppliedAnswer: TSchema = exactly({ changes, unchanged: count });
