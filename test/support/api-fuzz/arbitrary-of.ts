import fc from "fast-check";
import type { Schema } from "./schema.ts";

const textLengthMax = 40;
const itemsMax = 3;
/** Letters, and what means something to a URL, a template, SQL, HTML or a shell. */
const characters = Array.from("abcXYZ 019._-:/@${}'\"<>\\;,%&#?=患者\u00e9\u{1f600}");

/** Values that a schema allows, and mostly small ones. */
export function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  const types = [schema.type ?? "any"].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000 });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case "string":
      return textOf(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? itemsMax, itemsMax)),
      });
    case "object":
      return objectOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = textLengthMax }: Schema): fc.Arbitrary<string> {
  if (format === "date-time")
    return fc
      .date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern, "u"), { size: "small" })
      .filter(({ length }) => length >= minLength && length <= maxLength);
  return fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, textLengthMax)),
    unit: fc.constantFrom(...characters),
  });
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const { properties, required = [], patternProperties } = schema;
  if (properties !== undefined) {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field)]),
    );
    return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  }
  const [value] = Object.values(patternProperties ?? {});
  return fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/), arbitraryOf(value ?? {}), {
    minKeys: schema.minProperties ?? 0,
    maxKeys: itemsMax,
  });
}
