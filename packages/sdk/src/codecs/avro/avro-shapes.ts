import { own } from "../json-value.ts";
import type { AvroArray, AvroType } from "./avro-type.ts";

/** The type beside null in a union of the two; null for any other type. */
export function optionalOf(type: AvroType): AvroType | null {
  if (type.kind !== "union" || type.branches.length !== 2) return null;
  const [first, second] = type.branches;
  if (first?.kind === "null" && second !== undefined) return second;
  return second?.kind === "null" && first !== undefined ? first : null;
}

/**
 * Key and value of a map whose keys are no texts: Avro has none, so the converters write a list of records of both.
 * Null for a list of anything else.
 */
export function entryTypes(type: AvroArray): { readonly key: AvroType; readonly value: AvroType } | null {
  const { items } = type;
  if (items.kind !== "record" || items.fields.length !== 2) return null;
  const isEntry =
    items.name === "io.confluent.connect.avro.MapEntry" ||
    own(items.attributes, "connect.internal.type") === "MapEntry";
  const [key, value] = items.fields;
  if (!isEntry || key?.name !== "key" || value?.name !== "value") return null;
  return { key: key.type, value: value.type };
}

/** How each branch of a union is called: a named type by its name, any other by its kind. */
export function branchNames(branches: readonly AvroType[]): readonly string[] {
  return branches.map((branch) => ("name" in branch ? branch.name : branch.kind));
}
