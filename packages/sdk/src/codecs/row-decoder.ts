import type { ColumnValue, Row } from "../change.ts";
import { compileDecoder, decodesAsText } from "./compile-decoder.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import type { Decode } from "./decoder.ts";
import { isJsonObject, setOwn } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { mayBeRounded, plainValue } from "./plain-value.ts";
import { defaultPlaceholder } from "./unavailable.ts";
import type { Placeholder } from "./unavailable.ts";
import { ValueMisfit } from "./value-misfit.ts";

/** One column of a row: its schema, and its decoder, made once. */
export interface ColumnDecoder {
  readonly schema: ConnectSchema;
  readonly decode: Decode;
  /** Whether a text decodes as itself. */
  readonly isText: boolean;
}

/** The columns of a row by name; empty without a schema, when JSON kinds are all that is known. */
export type RowDecoder = ReadonlyMap<string, ColumnDecoder>;

/** A decoded row, and the columns whose value the log did not carry. */
export interface DecodedRow {
  readonly row: Row;
  /** Null when there are none. */
  readonly unavailable: ReadonlySet<string> | null;
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
    columns.set(field.field, { schema: field, decode: compileDecoder(field), isText: decodesAsText(field) });
  }
  return columns;
}

/**
 * Decodes the columns that the record carries; unchanged large values are named instead of decoded. The object was parsed for
 * this record alone and is taken over: most columns stay as they are, and a new object would cost more than all decoders.
 */
export function decodeRow(
  raw: JsonObject,
  columns: RowDecoder,
  placeholder: Placeholder = defaultPlaceholder,
): DecodedRow {
  if (columns.size === 0 && isRow(raw, placeholder)) return { row: raw, unavailable: null };
  const row = raw as { [column: string]: ColumnValue };
  let unavailable: Set<string> | null = null;
  for (const name in raw) {
    const value = raw[name] ?? null;
    if (placeholder.standsFor(value)) (unavailable ??= new Set()).add(name);
    else if (value !== null) decodeColumn(row, { name, value }, columns.get(name));
  }
  return { row: unavailable === null ? row : without(row, unavailable), unavailable };
}

function without(row: Row, names: ReadonlySet<string>): Row {
  const rest: { [column: string]: ColumnValue } = {};
  for (const [name, value] of Object.entries(row)) {
    if (value !== undefined && !names.has(name)) setOwn(rest, name, value);
  }
  return rest;
}

/** Whether a parsed object is a row as it stands: simple values only, all of them in the log. */
function isRow(raw: JsonObject, placeholder: Placeholder): raw is JsonObject & Row {
  for (const name in raw) {
    const value = raw[name] ?? null;
    if (typeof value === "number" ? mayBeRounded(value) : typeof value === "object" && value !== null)
      return false;
    if (placeholder.standsFor(value)) return false;
  }
  return true;
}

/** Decodes a value that should be a struct; anything else is no row. */
export function decodeRowOf(
  raw: JsonValue | undefined,
  columns: RowDecoder,
  placeholder: Placeholder = defaultPlaceholder,
): DecodedRow | null {
  return isJsonObject(raw) ? decodeRow(raw, columns, placeholder) : null;
}

function decodeColumn(
  row: { [column: string]: ColumnValue },
  { name, value }: { readonly name: string; readonly value: JsonValue },
  column: ColumnDecoder | undefined,
): void {
  // Texts are most of what there is, and need nothing.
  if (typeof value === "string" && (column === undefined || column.isText)) return;
  try {
    const decoded = column === undefined ? plainValue(value) : column.decode(value);
    if (decoded !== value) setOwn(row, name, decoded);
  } catch (error) {
    if (error instanceof ValueMisfit) throw new ColumnMisfit(name, error.expected);
    throw error;
  }
}
