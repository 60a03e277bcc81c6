import type { ColumnValue, Row } from "../change.ts";
import type { RawRecord } from "../record.ts";
import { decodeJson, payloadBytes } from "./debezium-json.ts";
import type { PayloadBytes } from "./debezium-json.ts";
import { plainDecoding } from "./decoding.ts";
import type { Decoding } from "./decoding.ts";
import { endOfValue, findMember } from "./json-members.ts";
import type { NumberMode } from "./json-scanner.ts";
import type { JsonValue } from "./json-value.ts";
import { jsonText, parseJson } from "./lossless-json.ts";
import { decodeRow } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { NumberTextNeeded } from "./value-misfit.ts";

/**
 * One column of a change's new row, in JSON, as `Change.after` holds it: of an envelope the rest is skipped instead of decoded,
 * for a fraction of the cost. Faults elsewhere in the record stay unseen, so that it is for choosing among records, never in
 * place of decoding one that is acted upon. Undefined where the row does not have the column, or its value does not fit or is
 * not in the log. Never throws.
 */
export function readColumn(
  record: RawRecord,
  column: string,
  decoding: Decoding = plainDecoding,
): ColumnValue | undefined {
  const found = findColumn(record, column, decoding);
  if (found === "unsure") return decodedColumn(record, column, decoding);
  return found === null ? undefined : valueOf(found, { column, decoding });
}

/** What is known of a column before it is parsed. */
interface FoundColumn {
  readonly text: string;
  readonly columns: RowDecoder;
}

/** Null where the row does not have the column; `unsure` for all that is no plain envelope. */
function findColumn(record: RawRecord, column: string, decoding: Decoding): FoundColumn | null | "unsure" {
  const payload = payloadBytes(record);
  const text = payload === null ? null : textOf(payload);
  const after = text === null ? null : startOfAfter(text);
  if (payload === null || text === null || after === null) return "unsure";
  const found = findMember(text, after, column);
  if (found === null || !text.startsWith(behindAfter, found.end)) return "unsure";
  const source = found.end + behindAfter.length - 1;
  if (!hasNewRow(text, source) || text.includes('"after"', source)) return "unsure";
  if (found.value === null) return null;
  const columns = payload.schema?.row ?? declaredColumns(text, source, decoding);
  return { text: text.slice(found.value.start, found.value.end), columns };
}

/** Every version of Debezium writes an envelope in this order; the other fields follow in several. */
const beforeAfter = '{"before":';
const behindBefore = ',"after":{';
const behindAfter = ',"source":{';

/** Where the new row begins; null where the text does not begin as an envelope that has one. */
function startOfAfter(text: string): number | null {
  if (!text.startsWith(beforeAfter)) return null;
  const end = endOfValue(text, beforeAfter.length);
  return text.startsWith(behindBefore, end) ? end + behindBefore.length - 1 : null;
}

/** Whether the operation, which stands behind the place of `source`, is one that leaves a row. */
function hasNewRow(text: string, source: number): boolean {
  const at = text.lastIndexOf('"op":"');
  return at > source && text[at - 1] !== "\\" && /^[cur]"/.test(text.slice(at + 6, at + 8));
}

/** Null for what is no text at all, which the whole decoder names. */
function textOf({ bytes }: PayloadBytes): string | null {
  try {
    return jsonText(bytes);
  } catch {
    return null;
  }
}

/** The columns that were declared for the table which the `source` that begins at a place names. */
function declaredColumns(text: string, source: number, decoding: Decoding): RowDecoder {
  const fields = decoding.isTyped ? ["schema", "db", "table"] : [];
  const place: { [field: string]: JsonValue } = {};
  for (const field of fields) {
    const span = findMember(text, source, field)?.value ?? null;
    const value = span === null ? undefined : parsedValue(text.slice(span.start, span.end), "plain");
    if (value !== undefined) place[field] = value;
  }
  return decoding.columnsOf(place);
}

function valueOf(found: FoundColumn, asked: AskedColumn): ColumnValue | undefined {
  try {
    return decodedValue(found, asked, "plain");
  } catch (error) {
    if (!(error instanceof NumberTextNeeded)) return undefined;
  }
  try {
    return decodedValue(found, asked, "text");
  } catch {
    // It does not fit its schema.
    return undefined;
  }
}

interface AskedColumn {
  readonly column: string;
  readonly decoding: Decoding;
}

/** Throws what decoders throw. */
function decodedValue(
  { text, columns }: FoundColumn,
  { column, decoding }: AskedColumn,
  mode: NumberMode,
): ColumnValue | undefined {
  const value = parsedValue(text, mode);
  return value === undefined
    ? undefined
    : ownOf(decodeRow({ [column]: value }, columns, decoding.placeholder).row, column);
}

/** A text without escapes is what stands between its quotation marks. */
function parsedValue(text: string, mode: NumberMode): JsonValue | undefined {
  if (text.startsWith('"') && !text.includes("\\")) return text.slice(1, -1);
  const parsed = parseJson(text, mode);
  return "value" in parsed ? parsed.value : undefined;
}

function ownOf(row: Row, column: string): ColumnValue | undefined {
  return Object.hasOwn(row, column) ? row[column] : undefined;
}

function decodedColumn(record: RawRecord, column: string, decoding: Decoding): ColumnValue | undefined {
  const { decoded } = decodeJson(record, decoding);
  const row = "operation" in decoded ? decoded.after : null;
  return row === null ? undefined : ownOf(row, column);
}
