import { type TSchema, Type } from "@sinclair/typebox";

/** The forms that answers are made of. They describe what is sent and check nothing while serving; tests hold answers to them. */

export const text: TSchema = Type.String();
export const flag: TSchema = Type.Boolean();
/** A whole number that JSON can hold. */
export const count: TSchema = Type.Integer({ minimum: 0 });
/** A whole number that JSON's numbers may not hold. */
export const int64: TSchema = Type.String({ pattern: "^-?[0-9]+$", format: "int64" });
/** RFC 3339, UTC, milliseconds. */
export const time: TSchema = Type.String({ format: "date-time" });
export const durationMs: TSchema = Type.Number({ minimum: 0, description: "Milliseconds." });
export const anything: TSchema = Type.Unknown();

/** Where a value may be absent: null, never left out. */
export function orNull(schema: TSchema): TSchema {
  const { type } = schema;
  if (typeof type === "string" && schema["enum"] === undefined && schema["const"] === undefined)
    return Type.Unsafe({ ...schema, type: [type, "null"] });
  return Type.Union([schema, Type.Null()]);
}

/** Exactly these fields, all of them. */
export function exactly(fields: { readonly [name: string]: TSchema }): TSchema {
  return Type.Object({ ...fields }, { additionalProperties: false });
}

/** A field that may be left out. */
export function maybe(schema: TSchema): TSchema {
  return Type.Optional(schema);
}

export function listOf(schema: TSchema): TSchema {
  return Type.Array(schema);
}

/** Values under names that are not known beforehand. */
export function mapOf(schema: TSchema): TSchema {
  return Type.Record(Type.String(), schema);
}

export function oneOf(words: readonly string[]): TSchema {
  return Type.Unsafe({ type: "string", enum: [...words] });
}

/** One page of a list; `next` is the cursor of the following one. */
export function pageOf(item: TSchema): TSchema {
  return exactly({ items: listOf(item), next: orNull(text) });
}
