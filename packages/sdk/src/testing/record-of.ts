import type { Change, Row } from "../change.ts";
import type { RawRecord } from "../record.ts";
import type { Tombstone } from "./changes.ts";
import { connectRow, connectValue, jsonText } from "./connect-value.ts";
import { placeFields } from "./source-place.ts";
import type { ConnectSchemaJson, ConnectValue } from "./connect-value.ts";

// An envelope knows no upsert.
const operations = {
  snapshot: "r",
  insert: "c",
  update: "u",
  upsert: "u",
  delete: "d",
  truncate: "t",
} as const;
const placeholder = "__debezium_unavailable_value";
const utf8 = new TextEncoder();

/**
 * The record that Debezium would write for a change: JSON with a schema, in bytes. Decoding it gives the change back; what
 * a connector's log does not carry is not made up. Throws RangeError for a
 * value that no column can hold.
 */
export function recordOf(change: Change | Tombstone): RawRecord {
  const { coordinates, key } = change;
  const fields = key === null ? null : connectRow(key);
  return {
    ...coordinates,
    timestampMs: "source" in change ? (change.source.committedAtMs ?? 0) : 0,
    headers: [],
    key: fields === null ? null : utf8.encode(jsonText({ schema: fields.schema, payload: fields.json })),
    value: "source" in change ? utf8.encode(valueText(change)) : null,
  };
}

function valueText(change: Change): string {
  const { source, operation } = change;
  const row = rowSchema(change);
  const fields = [
    { ...row, field: "before" },
    { ...row, field: "after" },
  ];
  const name = `${source.name}.${source.table}.Envelope`;
  const payload = {
    before: jsonOf(change.before),
    after: afterOf(change),
    source: sourceBlock(change),
    op: operations[operation],
    ts_ms: source.committedAtMs,
  };
  return jsonText({ schema: { type: "struct", optional: false, name, fields }, payload });
}

/** One schema serves both rows: a column's type is that of whichever value is not null. */
function rowSchema({ before, after, unavailable, source }: Change): ConnectSchemaJson {
  const columns = new Map<string, ConnectValue>();
  for (const row of [before, after]) {
    for (const [column, value] of Object.entries(row ?? {})) {
      const isBetter = columns.get(column) === undefined || columns.get(column)?.json === null;
      if (value !== undefined && isBetter) columns.set(column, connectValue(value));
    }
  }
  for (const column of unavailable) {
    if (!columns.has(column)) columns.set(column, connectValue(placeholder));
  }
  const fields = [...columns].map(([field, { schema }]) => ({ ...schema, field }));
  return { type: "struct", optional: true, name: `${source.name}.${source.table}.Value`, fields };
}

function jsonOf(row: Partial<Row> | null): unknown {
  if (row === null) return null;
  const columns = Object.entries(row).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, connectValue(value).json] as const],
  );
  return Object.fromEntries(columns);
}

function afterOf({ after, unavailable }: Change): unknown {
  if (after === null) return null;
  const left = [...unavailable].map((column) => [column, placeholder] as const);
  return { ...Object(jsonOf(after)), ...Object.fromEntries(left) };
}

function sourceBlock({ source }: Change): unknown {
  return {
    version: "3.0.0.Final",
    connector: source.connector,
    name: source.name,
    ts_ms: source.committedAtMs,
    snapshot: source.isSnapshot ? "true" : "false",
    db: source.database,
    schema: source.schema,
    table: source.table,
    ...placeFields(source.position, source.transactionId),
  };
}
