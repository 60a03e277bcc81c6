import { isJsonArray, isJsonObject, own, setOwn } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import type { RowDecoder } from "./row-decoder.ts";

/*
 * With replica identity DEFAULT or USING INDEX, PostgreSQL logs only the identity's columns of the old row; Debezium fills the
 * others with null, and invents `""`, `0`, `false` or the default where the column is NOT NULL. Nothing in the record says
 * which identity the table has, so the rule is:
 *
 * 1. No record key: the table has no key, its old rows are logged only with FULL, all columns are kept.
 * 2. With a schema, a column that may be null and holds a value other than its default proves FULL, because the
 *    columns of the other identities are all NOT NULL. All columns are kept.
 * 3. Without a schema, a column outside of the key with a value that nobody would invent counts as that proof,
 *    unless the key itself may be invented (`message.key.columns` without the identity to carry it).
 * 4. Otherwise the key's columns are kept, and others only where their value could not have been invented. A key
 *    that is all zero and empty beside a column that is certain was invented itself, and is left out.
 *
 * So a null or zero of an old row is passed on only when it is known to be data; a handler must take an absent column as "not
 * known".
 */

/** Keeps of an old row that is not proven whole only what is certainly data: rule 4. */
export function certainBefore(before: JsonObject, key: JsonObject, columns: RowDecoder): JsonObject {
  const certain = new Set(
    Object.keys(before).filter(
      (name) => !isInventable(own(before, name), columns.get(name)?.schema.fallback),
    ),
  );
  const isKeyInvented = certain.size > 0 && ![...certain].some((name) => Object.hasOwn(key, name));
  const kept: { [column: string]: JsonValue } = {};
  for (const [name, value] of Object.entries(before)) {
    const isKept = Object.hasOwn(key, name) ? !isKeyInvented : certain.has(name);
    if (isKept) setOwn(kept, name, value);
  }
  return kept;
}

/** Whether an old row is proven to be whole, as replica identity FULL makes it: rules 1 to 3. */
export function isWholeRow(before: JsonObject, key: JsonObject | null, columns: RowDecoder): boolean {
  if (key === null) return true;
  const hasSchema = columns.size > 0;
  if (!hasSchema && !Object.values(key).some((value) => !isInventable(value, undefined))) return false;
  // Not by a list of names or values: every change with an old row comes by here, and the list would cost more than the rest.
  for (const name in before) {
    const value = before[name];
    const isSaid = hasSchema ? isProof(value, columns.get(name)?.schema) : !isInventable(value, undefined);
    if (isSaid && !Object.hasOwn(key, name) && Object.hasOwn(before, name)) return true;
  }
  return false;
}

function isProof(
  value: JsonValue | undefined,
  schema: { readonly isOptional: boolean; readonly fallback: JsonValue | undefined } | undefined,
): boolean {
  if (schema?.isOptional !== true || value === undefined || value === null) return false;
  return schema.fallback === undefined || !isSame(value, schema.fallback);
}

/** Zero, empty, midnight of 1970, and the like in the texts that Debezium gives to each type. */
const emptyText = /^(?:1970-01-01)?[-+0:.TZPYMDHS{}[\]()]*$/;
/** Bytes that are all zero, in base64. */
const zeroBytes = /^A*={0,2}$/;

function isInventable(value: JsonValue | undefined, fallback: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (fallback !== undefined && isSame(value, fallback)) return true;
  if (typeof value === "string") return emptyText.test(value) || zeroBytes.test(value);
  if (typeof value === "number" || typeof value === "bigint") return Number(value) === 0;
  // Structs and arrays have invented forms of their own (a point at 0, 0); none of them is ever a proof.
  return typeof value === "object";
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  if (isJsonObject(left) || isJsonArray(left)) return canonical(left) === canonical(right);
  return left === right;
}

function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "bigint" ? `${member}n` : member,
  );
}
