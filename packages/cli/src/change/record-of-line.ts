import { GluttonyError } from "@gluttony/model";
import { isJsonObject, parseJson } from "@gluttony/sdk/codecs";
import type { JsonObject, JsonValue, RawRecord, RecordHeader } from "@gluttony/sdk/codecs";
import { memberTexts } from "./member-texts.ts";

/**
 * Makes a record of one JSON line: `{"topic"?, "headers"?: [[name, base64]], "key_base64", "value_base64"}`, or with `key`
 * and `value` as JSON, whose numbers stay as they are written. A null, or no member at all, is a null of Kafka. Throws
 * `change.line_invalid` with the path.
 */
export function recordOfLine(line: string, lineNumber: number): RawRecord {
  const parsed = parseJson(line);
  if (!("value" in parsed) || !isJsonObject(parsed.value))
    throw invalid(lineNumber, "", "It is no JSON object.");
  const { value: fields } = parsed;
  const texts = memberTexts(line);
  const bytesOf = (name: "key" | "value"): Uint8Array | null => {
    const base64 = fields[`${name}_base64`];
    if (base64 === undefined) return jsonBytes(fields[name], texts.get(name));
    return base64 === null ? null : decodedBase64(base64, { lineNumber, path: `${name}_base64` });
  };
  return {
    topic: textOr(fields, "topic", ""),
    partition: Number(fields["partition"] ?? 0),
    offset: BigInt(Number.isInteger(fields["offset"]) ? Number(fields["offset"]) : 0),
    timestampMs: 0,
    key: bytesOf("key"),
    value: bytesOf("value"),
    headers: headersOf(fields["headers"], lineNumber),
  };
}

/** A text that holds a JSON object, or the word null, is taken for the record itself; anything else is what was written. */
function jsonBytes(value: JsonValue | undefined, text: string | undefined): Uint8Array | null {
  if (value === undefined || value === null || text === undefined) return null;
  const isWrapped = typeof value === "string" && /^\s*(?:\{|null\s*$)/.test(value);
  return Buffer.from(isWrapped ? value : text);
}

function headersOf(value: JsonValue | undefined, lineNumber: number): readonly RecordHeader[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(lineNumber, "headers", "It is no list.");
  return value.map((pair: JsonValue, index) => {
    const path = `headers[${index}]`;
    if (!Array.isArray(pair)) throw invalid(lineNumber, path, "It is no pair of name and base64.");
    const [name, bytes]: readonly JsonValue[] = pair;
    if (typeof name !== "string") throw invalid(lineNumber, path, "It has no name.");
    const isNull = bytes === undefined || bytes === null;
    return { name, value: isNull ? null : decodedBase64(bytes, { lineNumber, path }) };
  });
}

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

function decodedBase64(
  value: JsonValue,
  at: { readonly lineNumber: number; readonly path: string },
): Uint8Array {
  if (typeof value !== "string" || value.length % 4 !== 0 || !base64Text.test(value))
    throw invalid(at.lineNumber, at.path, "It is no base64.");
  return Buffer.from(value, "base64");
}

function textOr(fields: JsonObject, name: string, otherwise: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : otherwise;
}

function invalid(line: number, path: string, seen: string): GluttonyError {
  return new GluttonyError("change.line_invalid", { line, path, seen });
}
