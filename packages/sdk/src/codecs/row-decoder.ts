import type { ColumnValue, Row } from "../change.ts";
import { compileDecoder } from "./compile-decoder.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import type { Decode } from "./decoder.ts";
import { isJsonObject, setOwn } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { plainValue } from "./plain-value.ts";
import { isUnavailable } from "./unavailable.ts";
import { ValueMisfit } from "./value-misfit.ts";

/** One column of a row: its schema, and its decoder, made once. */
export interface ColumnDecoder {
  readonly schema: ConnectSchema;
  readonly decode: Decode;
}

/** The columns of a row by name; empty without a schema, when JSON kinds are all that is known. */
export type RowDecoder = ReadonlyMap<string, ColumnDecoder>;

/** A decoded row, and the columns whose value the log did not carry. */
export interface DecodedRow {
  readonly row: Row;
  readonly unavailable: ReadonlySet<string>;
}

/** A value of one column does not fit its schema; caught by the codec. Names the column, never the value. */
export class ColumnMisfit extends Error {
  readonly column: string;

  constructor(column: string, expected: string) {
    super(`The column ${column} is not ${expected}.`);
    this.column = column;
  }
}

/** Makes the decoder of a row's schema. */
export function compileRow(schema: ConnectSchema | null): RowDecoder {
  const columns = new Map<string, ColumnDecoder>();
  for (const field of schema?.fields ?? []) {
    columns.set(field.field, { schema: field, decode: compileDecoder(field) });
  }
  return columns;
}

/** Decodes the columns that the record carries; unchanged large values are named instead of decoded. */
export function decodeRow(raw: JsonObject, columns: RowDecoder): DecodedRow {
  // What was parsed for this record alone need not be copied when nothing in it changes.
  if (columns.size === 0 && isRow(raw)) return { row: raw, unavailable: new Set() };
  const row: { [column: string]: ColumnValue } = {};
  const unavailable = new Set<string>();
  for (const name of Object.keys(raw)) {
    const value = raw[name] ?? null;
    if (isUnavailable(value)) unavailable.add(name);
    else setOwn(row, name, decodeColumn(name, value, columns));
  }
  return { row, unavailable };
}

/** Whether a parsed object is a row as it stands: simple values only, all of them in the log. */
function isRow(raw: JsonObject): raw is JsonObject & Row {
  for (const name of Object.keys(raw)) {
    const value = raw[name] ?? null;
    if ((typeof value === "object" && value !== null) || isUnavailable(value)) return false;
  }
  return true;
}

/** Decodes a value that should be a struct; anything else is no row. */
export function decodeRowOf(raw: JsonValue | undefined, columns: RowDecoder): DecodedRow | null {
  return isJsonObject(raw) ? decodeRow(raw, columns) : null;
}

function decodeColumn(name: string, value: JsonValue, columns: RowDecoder): ColumnValue {
  const column = columns.get(name);
  if (column === undefined) return plainValue(value);
  try {
    return column.decode(value);
  } catch (error) {
    if (error instanceof ValueMisfit) throw new ColumnMisfit(name, error.expected);
    throw error;
  }
}
