import type { ColumnValue, KeyChange, Row } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { isJsonObject, own, setOwn } from "./json-value.ts";
import { parseJson } from "./lossless-json.ts";
import { plainValue } from "./plain-value.ts";

/** Which half of the change carries which header. */
const roles: ReadonlyMap<string, KeyChange["role"]> = new Map([
  ["__debezium.newkey", "old"],
  ["__debezium.oldkey", "new"],
]);

/**
 * The other half of a changed primary key. Debezium writes such a change as a delete of the old key, whose header names the
 * new one, and an insert of the new key, whose header names the old one. The columns are as JSON says them: the header's
 * converter drops the schema. Undefined for any other record.
 */
export function readKeyChange(record: RawRecord): KeyChange | undefined {
  for (const { name, value } of record.headers) {
    const role = roles.get(name);
    if (role !== undefined) return { role, otherKey: value === null ? null : readKey(value) };
  }
  return undefined;
}

/** Null when the header's converter writes no JSON object. */
function readKey(bytes: Uint8Array): Row | null {
  const parsed = parseJson(bytes, "text");
  if (!("value" in parsed) || !isJsonObject(parsed.value)) return null;
  const payload = own(parsed.value, "payload");
  const isWrapped = Object.hasOwn(parsed.value, "schema") && isJsonObject(payload);
  const columns: { [column: string]: ColumnValue } = {};
  for (const [column, value] of Object.entries(isWrapped ? payload : parsed.value))
    setOwn(columns, column, plainValue(value));
  return columns;
}
