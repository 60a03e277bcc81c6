import { setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** A private-use character that marks a protected integer; a text that holds it is not protected but scanned. */
const MARK = "\uf8ff";
const markEscape = /\\uf8ff/i;
const longRun = /\d{16,}/g;
const safeMax = String(Number.MAX_SAFE_INTEGER);

/**
 * Puts integers that a double cannot hold into marked strings, so that the fast `JSON.parse` may read the rest.
 * Returns null where it is not certain, without scanning the text, that a run of digits is a number: then the
 * caller scans. Certain is a run after `":` whose quotation mark can only be a closing one, since an opening
 * one follows `{`, `[`, `,`, `:` or a space. Every record of Debezium has such runs in `ts_ns`.
 */
export function protectLongIntegers(text: string): string | null {
  const runs = [...text.matchAll(longRun)];
  if (runs.length === 0) return text;
  if (text.includes(MARK) || markEscape.test(text)) return null;
  let result = "";
  let copied = 0;
  for (const run of runs) {
    const place = judgeRun(text, run.index, run[0]);
    if (place === "unsure") return null;
    if (place === "harmless") continue;
    const end = run.index + run[0].length;
    result += `${text.slice(copied, place.start)}"${MARK}${text.slice(place.start, end)}"`;
    copied = end;
  }
  return result + text.slice(copied);
}

type RunPlace = "unsure" | "harmless" | { readonly start: number };

function judgeRun(text: string, at: number, digits: string): RunPlace {
  const start = text[at - 1] === "-" ? at - 1 : at;
  const before = text[start - 1];
  // A number follows one of these; any other character shows text in a string, or a fraction.
  if (before === undefined || " \t\n\r,[".includes(before)) return "unsure";
  if (before !== ":") return "harmless";
  const beforeQuote = text[start - 3];
  if (text[start - 2] !== '"' || beforeQuote === undefined) return "unsure";
  if ("\\:,[{ \t\n\r".includes(beforeQuote)) return "unsure";
  const after = text[at + digits.length];
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
