import { GluttonyError } from "@gluttony/model";

/** Entries of one page when the caller does not say. */
export const pageLimitStandard = 50;
/** Entries of one page at most. */
export const pageLimitMax = 200;

/** One page of a list that is ordered by a unique text. */
export interface Page<Entry> {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

/** Cuts the page after the cursor out of entries; the order is that of code units, whatever the locale. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Page<Entry> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const sorted = entries.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((entry) => keyOf(entry) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rest.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null };
}

/** The number in `limit`; the schema has checked that it is one. Throws `request.invalid` beyond the maximum. */
export function limitOf(written: string | undefined): number {
  const limit = written === undefined ? pageLimitStandard : Number(written);
  if (limit >= 1 && limit <= pageLimitMax) return limit;
  const fault = {
    path: "/limit",
    message: `Must be from 1 to ${pageLimitMax}.`,
    suggestion: String(pageLimitMax),
  };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

const prefix = "after:";

function writeCursor(key: string): string {
  return Buffer.from(`${prefix}${key}`, "utf8").toString("base64url");
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (text.startsWith(prefix)) return text.slice(prefix.length);
  const fault = {
    path: "/cursor",
    message: "Not a cursor of this list.",
    suggestion: "Take it from `next`.",
  };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}
