import type { ColumnValue } from "../change.ts";
import { isJsonArray, isJsonObject, NumberText, setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** A value without a schema: its JSON kind, with exact integers, and nothing invented. */
export function plainValue(raw: JsonValue): ColumnValue {
  if (raw instanceof NumberText) return Number(raw.text);
  if (isJsonArray(raw)) return raw.map(plainValue);
  if (!isJsonObject(raw)) return raw;
  const object: { [name: string]: ColumnValue } = {};
  for (const [name, member] of Object.entries(raw)) setOwn(object, name, plainValue(member));
  return object;
}
