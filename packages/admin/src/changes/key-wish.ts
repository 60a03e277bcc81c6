import type { Change, Row } from "@gluttony/sdk";
import { isJsonObject, type JsonValue, NumberText, parseJson, type RawRecord } from "@gluttony/sdk/codecs";
import { plainOf } from "./shown-value.ts";

/** The key that a person looks for: as text it must be the record's own; as columns it may name some of them. */
export interface KeyWish {
  readonly text: string;
  /** Values by column, as text; null for a key that is no JSON object. */
  readonly columns: ReadonlyMap<string, string> | null;
}

/** Reads what a person typed: `{"id":42}`, or a key's own text. Pure. */
export function keyWishOf(text: string): KeyWish {
  const parsed = parseJson(text);
  if (!("value" in parsed) || !isJsonObject(parsed.value)) return { text, columns: null };
  const columns = Object.entries(parsed.value).map(([name, value]) => [name, textOf(value)] as const);
  return { text, columns: new Map(columns) };
}

/** Whether a record has the key. A decoded key is compared column by column, one that is not by its bytes. Pure. */
export function hasKey(record: RawRecord, change: Pick<Change, "key"> | null, wish: KeyWish): boolean {
  if (record.key === null) return false;
  if (Buffer.from(record.key).equals(Buffer.from(wish.text, "utf8"))) return true;
  const key = change?.key ?? null;
  if (key === null || wish.columns === null || wish.columns.size === 0) return false;
  return [...wish.columns].every(([name, text]) => Object.hasOwn(key, name) && textIn(key, name) === text);
}

/**
 * The key's bytes as the producer would write them, after the manner of another key of the topic; null where that cannot be
 * told. Only JSON without a rounded number is imitated: a key in Avro, or one that names other columns, is not. Pure.
 */
export function keyBytesLike(sample: Uint8Array, { columns }: KeyWish): Buffer | null {
  const text = Buffer.from(sample).toString("utf8");
  const parsed = plainJson(text);
  if (parsed === null || columns === null) return null;
  const payload = objectAt(parsed, "payload");
  const isWrapped = payload !== null && Object.hasOwn(parsed, "schema");
  const written = isWrapped ? payload : parsed;
  const names = Object.keys(written);
  if (names.length !== columns.size || !names.every((name) => columns.has(name))) return null;
  const wanted: { [name: string]: unknown } = {};
  for (const name of names) {
    const value = valueLike(written[name], columns.get(name) ?? "");
    if (value === undefined) return null;
    wanted[name] = value;
  }
  return Buffer.from(JSON.stringify(isWrapped ? { ...parsed, payload: wanted } : wanted), "utf8");
}

interface PlainObject {
  readonly [name: string]: unknown;
}

/** Null unless writing it again gives the same text, so that nothing was rounded and there are no blanks. */
function plainJson(text: string): PlainObject | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return JSON.stringify(value) === text ? Object.fromEntries(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

function objectAt(parsed: PlainObject, name: string): PlainObject | null {
  const value = parsed[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value));
}

function valueLike(sample: unknown, text: string): string | number | undefined {
  if (typeof sample === "string") return text;
  if (typeof sample !== "number" || !/^-?(?:0|[1-9]\d*)$/.test(text)) return undefined;
  return Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function textIn(key: Row, name: string): string {
  const plain = plainOf(key[name] ?? null);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

function textOf(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return value.text;
  return typeof value === "bigint" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
