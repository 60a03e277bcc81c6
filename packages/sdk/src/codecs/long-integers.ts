import { JSON_NUMBER_LENGTH_MAX } from "./json-scanner.ts";
import { setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/**
 * A control character for private use that marks a protected integer; a text that holds it is not protected but scanned. Of one
 * byte, since a text with any larger character takes twice the room and is parsed more slowly.
 */
const MARK = "\u0091";
const markCode = 0x91;
const markEscape = /\\u0091/;
/** Digits from which on an integer may be too long for a double. */
const runLength = 16;
const safeMax = String(Number.MAX_SAFE_INTEGER);

/**
 * Puts integers that a double cannot hold into marked strings, so that the fast `JSON.parse` may read the rest.
 * Returns null where it is not certain, without scanning the text, that a run of digits is a number: then the
 * caller scans. Certain is a run after `":` whose quotation mark can only be a closing one, since an opening
 * one follows `{`, `[`, `,`, `:` or a space. Every record of Debezium has such runs in `ts_ns`.
 */
export function protectLongIntegers(text: string): string | null {
  const runs = longRunsOf(text);
  if (runs.length === 0) return text;
  let result = "";
  let copied = 0;
  for (const run of runs) {
    if (run.end - run.at > JSON_NUMBER_LENGTH_MAX) return null;
    const place = judgeRun(text, run);
    if (place === "unsure") return null;
    if (place === "harmless") continue;
    if (copied === 0 && mayHoldMark(text)) return null;
    result += `${text.slice(copied, place.start)}"${MARK}${text.slice(place.start, run.end)}"`;
    copied = run.end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function mayHoldMark(text: string): boolean {
  return text.includes(MARK) || (text.includes("\\u") && markEscape.test(text));
}

/** A run of digits, from its first to one past its last. */
interface DigitRun {
  readonly at: number;
  readonly end: number;
}

/**
 * Runs of at least 16 digits. Each of them covers every 16th character of the text at least once, so no other is
 * looked at: a regular expression looks at all of them, and costs half as much as `JSON.parse`.
 */
function longRunsOf(text: string): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  for (let look = runLength - 1; look < text.length; look += runLength) {
    const code = text.charCodeAt(look);
    if (code < 0x30 || code > 0x39) continue;
    let at = look;
    while (isDigit(text, at - 1)) at -= 1;
    let end = look + 1;
    while (isDigit(text, end)) end += 1;
    if (end - at >= runLength) runs.push({ at, end });
    while (look + runLength < end) look += runLength;
  }
  return runs;
}

/** False outside of the text, where the code is not a number. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

type RunPlace = "unsure" | "harmless" | { readonly start: number };

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const colon = 0x3a;
const bracket = 0x5b;
const backslash = 0x5c;
const brace = 0x7b;

/** By character codes, since almost every record has such runs. A code outside of the text is not a number. */
function judgeRun(text: string, { at, end }: DigitRun): RunPlace {
  const start = text.charCodeAt(at - 1) === minus ? at - 1 : at;
  const before = text.charCodeAt(start - 1);
  // A number follows one of these; any other character shows text in a string, or a fraction.
  if (before === comma || before === bracket || !(before > 0x20)) return "unsure";
  if (before !== colon) return "harmless";
  if (text.charCodeAt(start - 2) !== quote || mayBeforeOpeningQuote(text.charCodeAt(start - 3)))
    return "unsure";
  const after = text.charCodeAt(end);
  if (after === 0x2e || after === 0x65 || after === 0x45) return "harmless";
  if (text.charCodeAt(at) === 0x30) return "unsure";
  const length = end - at;
  if (length === safeMax.length && text.slice(at, end) <= safeMax) return "harmless";
  return after === comma || after === 0x7d ? { start } : "unsure";
}

/** Whether a quotation mark behind this character may be one that opens a text, or one that is escaped. */
function mayBeforeOpeningQuote(code: number): boolean {
  return (
    code === backslash ||
    code === colon ||
    code === comma ||
    code === bracket ||
    code === brace ||
    !(code > 0x20)
  );
}

/** Turns the marked strings of a parsed value back into integers, in place. */
export function restoreLongIntegers(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.charCodeAt(0) === markCode ? BigInt(value.slice(1)) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) restoreItems(value);
  else restoreMembers(value as { [name: string]: JsonValue });
  return value;
}

function restoreItems(items: JsonValue[]): void {
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] ?? null;
    if (isPlaceOfMarks(item)) items[at] = restoreLongIntegers(item);
  }
}

// Not by a list of the names, which would cost as much as the walk itself.
function restoreMembers(members: { [name: string]: JsonValue }): void {
  for (const name in members) {
    const member = members[name] ?? null;
    if (!isPlaceOfMarks(member)) continue;
    const restored = restoreLongIntegers(member);
    if (restored !== member) setOwn(members, name, restored);
  }
}

function isPlaceOfMarks(member: JsonValue): boolean {
  return typeof member === "string"
    ? member.charCodeAt(0) === markCode
    : typeof member === "object" && member !== null;
}
