import { readFile, writeFile } from "node:fs/promises";
import { debeziumJson } from "../codecs/debezium-json.ts";
import type { NotAChange } from "../codecs/codec.ts";
import type { Change } from "../change.ts";
import type { RawRecord, RecordHeader } from "../record.ts";

/** The largest file of recorded records that is read, bytes. */
const fileBytesMax = 64 * 1024 * 1024;

/**
 * Reads records from a file of JSON lines. A line holds `topic`, `partition`, `offset` (a text), `timestamp`
 * (milliseconds), `headers` (pairs), and the key and the value either as exact bytes (`key_base64`, `value_base64`) or as
 * text or JSON (`key`, `value`); all but the value may be left out. Throws Error with the line's number when a line
 * is none; never with its content.
 */
export async function readRecords(file: string): Promise<readonly RawRecord[]> {
  const bytes = await readFile(file);
  if (bytes.byteLength > fileBytesMax) throw new Error(`${file} is larger than ${fileBytesMax} bytes.`);
  return bytes
    .toString("utf8")
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => recordOfLine(line, `${file}:${number}`));
}

/** Writes records to a file of JSON lines that {@link readRecords} reads back to the byte. */
export async function writeRecords(file: string, records: readonly RawRecord[]): Promise<void> {
  await writeFile(file, records.map((record) => `${lineOf(record)}\n`).join(""));
}

/**
 * Decodes records as the host does. Throws Error with the place of a record that cannot be decoded: a test that leaves one
 * out unnoticed would prove nothing.
 */
export function changesIn(records: readonly RawRecord[]): readonly (Change | NotAChange)[] {
  return records.map((record) => {
    const decoded = debeziumJson.decode(record);
    if (!("undecodable" in decoded)) return decoded;
    const place = `${record.topic}-${record.partition}@${record.offset}`;
    throw new Error(`The record ${place} cannot be decoded: ${decoded.undecodable}. ${decoded.detail}`);
  });
}

type Members = { readonly [name: string]: unknown };

function recordOfLine(line: string, place: string): RawRecord {
  const json = parsedLine(line, place);
  const offset = textOf(json["offset"], "0");
  const partition = Number(json["partition"] ?? 0);
  if (!/^\d{1,19}$/.test(offset)) throw new Error(`${place}: offset must be a whole number as text.`);
  if (!Number.isInteger(partition)) throw new Error(`${place}: partition must be a whole number.`);
  if (json["value"] === undefined && json["value_base64"] === undefined) {
    throw new Error(`${place}: it has neither value nor value_base64.`);
  }
  return {
    topic: textOf(json["topic"], "recorded"),
    partition,
    offset: BigInt(offset),
    timestampMs: Number(json["timestamp"] ?? 0),
    headers: headersOf(json["headers"], place),
    key: bytesOf(json["key_base64"], json["key"]),
    value: bytesOf(json["value_base64"], json["value"]),
  };
}

function parsedLine(line: string, place: string): Members {
  try {
    const json: unknown = JSON.parse(line);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  } catch {
    // The parser's message would quote the line, which holds rows.
  }
  throw new Error(`${place}: it is no JSON object.`);
}

/** A text or a number as text, or what stands for it where there is none. */
function textOf(value: unknown, absent: string): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : absent;
}

function headersOf(value: unknown, place: string): readonly RecordHeader[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${place}: headers must be a list of pairs.`);
  return value.map((pair: unknown) => {
    const [name, base64] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    return { name: String(name), value: bytesOf(base64, null) };
  });
}

function bytesOf(base64: unknown, text: unknown): Uint8Array | null {
  if (typeof base64 === "string") return new Uint8Array(Buffer.from(base64, "base64"));
  if (text === undefined || text === null) return null;
  return new TextEncoder().encode(typeof text === "string" ? text : JSON.stringify(text));
}

function lineOf(record: RawRecord): string {
  const { topic, partition, offset, timestampMs, headers, key, value } = record;
  return JSON.stringify({
    topic,
    partition,
    offset: String(offset),
    timestamp: timestampMs,
    headers: headers.map((header) => [header.name, base64Of(header.value)]),
    key_base64: base64Of(key),
    value_base64: base64Of(value),
  });
}

function base64Of(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("base64");
}
