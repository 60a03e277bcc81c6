import { setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** A private-use character that marks a protected integer; a text that holds it is not protected but scanned. */
const MARK = "\uf8ff";
const markEscape = /\\uf8ff/i;
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
  if (text.includes(MARK) || (text.includes("\\u") && markEscape.test(text))) return null;
  let result = "";
  let copied = 0;
  for (const run of runs) {
    const place = judgeRun(text, run);
    if (place === "unsure") return null;
    if (place === "harmless") continue;
    result += `${text.slice(copied, place.start)}"${MARK}${text.slice(place.start, run.end)}"`;
    copied = run.end;
  }
  return copied === 0 ? text : result + text.slice(copied);
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
    if (!isDigit(text, look)) continue;
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

function judgeRun(text: string, { at, end }: DigitRun): RunPlace {
  const start = text[at - 1] === "-" ? at - 1 : at;
  const before = text[start - 1];
  // A number follows one of these; any other character shows text in a string, or a fraction.
  if (before === undefined || " \t\n\r,[".includes(before)) return "unsure";
  if (before !== ":") return "harmless";
  const beforeQuote = text[start - 3];
  if (text[start - 2] !== '"' || beforeQuote === undefined) return "unsure";
  if ("\\:,[{ \t\n\r".includes(beforeQuote)) return "unsure";
  const after = text[end];
  const digits = text.slice(at, end);
  if (after === "." || after === "e" || after === "E") return "harmless";
  if (digits.startsWith("0")) return "unsure";
  if (digits.length === safeMax.length && digits <= safeMax) return "harmless";
  return after === "," || after === "}" ? { start } : "unsure";
}

/** Turns the marked strings of a parsed value back into integers, in place. */
export function restoreLongIntegers(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.startsWith(MARK) ? BigInt(value.slice(1)) : value;
  if (typeof value !== "object" || value === null) return value;
  const members = value as { [name: string]: JsonValue };
  for (const name of Object.keys(members)) {
    const member = members[name] ?? null;
    if (
      typeof member === "string" ? member.startsWith(MARK) : typeof member === "object" && member !== null
    ) {
      setOwn(members, name, restoreLongIntegers(member));
    }
  }
  return value;
}
