import { connectorModes } from "@gluttony/sdk/codecs";
import type { ColumnDeclaration, ConnectorModes } from "@gluttony/sdk/codecs";
import type { DecodingSettings } from "./consumer.ts";
import type { Fault } from "./error.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { choiceAt, objectAt, refuseUnknown } from "./setting-checks.ts";

const path = "configuration.decoding";
/** Tables of one topic, and columns of one table: more than any database has. */
const tablesMax = 200;
const columnsMax = 4_096;
const typeLengthMax = 200;
const placeholderLengthMax = 200;

/** Reads `configuration.decoding`; every fault is reported with its path. */
export function decodingOf(written: JsonObject, faults: Fault[]): DecodingSettings {
  refuseUnknown(written, { path, known: ["tables", "modes", "tombstones", "placeholder"] }, faults);
  const placeholder = placeholderOf(written["placeholder"], faults);
  return {
    tables: tablesOf(objectAt(written["tables"] ?? {}, `${path}.tables`, faults), faults),
    modes: modesOf(objectAt(written["modes"] ?? {}, `${path}.modes`, faults), faults),
    tombstones: choiceAt(
      written["tombstones"],
      { path: `${path}.tombstones`, choices: ["filter", "delete"] },
      faults,
    ),
    ...(placeholder === null ? {} : { placeholder }),
  };
}

function tablesOf(written: JsonObject, faults: Fault[]): DecodingSettings["tables"] {
  checkCount(written, { path: `${path}.tables`, max: tablesMax }, faults);
  return Object.fromEntries(
    Object.entries(written).map(([table, columns]) => [
      table,
      columnsOf(columns, `${path}.tables.${table.slice(0, 80)}`, faults),
    ]),
  );
}

function columnsOf(
  written: JsonValue,
  at: string,
  faults: Fault[],
): { readonly [column: string]: ColumnDeclaration } {
  const columns = objectAt(written, at, faults);
  checkCount(columns, { path: at, max: columnsMax }, faults);
  return Object.fromEntries(
    Object.entries(columns).flatMap(([column, declared]) => {
      if (isDeclaration(declared)) return [[column, declared] as const];
      faults.push({
        path: `${at}.${column.slice(0, 80)}`,
        message: "Must be a type of PostgreSQL, or an object with the `type` of Kafka Connect.",
        suggestion: '"numeric(10,2)"',
      });
      return [];
    }),
  );
}

function isDeclaration(value: JsonValue): value is string | JsonObject {
  if (typeof value === "string") return value.trim() !== "" && value.length <= typeLengthMax;
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    typeof Reflect.get(value, "type") === "string"
  );
}

function modesOf(written: JsonObject, faults: Fault[]): ConnectorModes {
  const at = `${path}.modes`;
  refuseUnknown(written, { path: at, known: Object.keys(connectorModes) }, faults);
  const mode = <Name extends keyof ConnectorModes>(name: Name): ConnectorModes[Name] => {
    const [first, ...others] = connectorModes[name];
    const choices: readonly [string, ...string[]] = [String(first), ...others.map(String)];
    return choiceAt(written[name], { path: `${at}.${name}`, choices }, faults) as ConnectorModes[Name];
  };
  return {
    time: mode("time"),
    decimal: mode("decimal"),
    binary: mode("binary"),
    hstore: mode("hstore"),
    interval: mode("interval"),
  };
}

function placeholderOf(written: JsonValue | undefined, faults: Fault[]): string | null {
  if (written === undefined) return null;
  if (typeof written === "string" && isPlaceholder(written)) return written;
  faults.push({
    path: `${path}.placeholder`,
    message: `Must be the connector's unavailable.value.placeholder, at most ${placeholderLengthMax} characters.`,
    suggestion: "__debezium_unavailable_value",
  });
  return null;
}

/** An empty one would take every empty value for an unavailable one. */
function isPlaceholder(text: string): boolean {
  if (text.length > placeholderLengthMax) return false;
  return text.startsWith("hex:") ? /^hex:(?:[0-9a-f]{2})+$/i.test(text) : text !== "";
}

function checkCount(
  written: JsonObject,
  { path: at, max }: { readonly path: string; readonly max: number },
  faults: Fault[],
): void {
  const count = Object.keys(written).length;
  if (count > max) faults.push({ path: at, message: `Has ${count} entries; at most ${max}.` });
}
