import type { TestedColumn } from "./columns.ts";
import { testedColumns } from "./columns.ts";
import { expectedOf } from "./expected.ts";
import type { SelectedRow } from "./expected.ts";
import type { TestedMode } from "./modes.ts";

/** A row as the handler showed it. */
export interface ShownRow {
  readonly [column: string]: unknown;
}

/** What came of one column of one row: equal to SELECT, or lost before the log in a way that is known. */
export interface Comparison {
  readonly equal: number;
  /** By the name of the loss: how often it was met. */
  readonly lost: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
}

/** Compares every column of a row. */
export function compareRow(
  shown: ShownRow,
  selected: SelectedRow,
  of: { readonly mode: TestedMode; readonly isSnapshot: boolean },
): Comparison {
  const lost = new Map<string, number>();
  const wrong: string[] = [];
  let equal = 0;
  for (const column of testedColumns) {
    const text = selected.get(column.name) ?? null;
    const seen = normal(column, shown[column.name], of.mode);
    const expected = normalExpected(column, expectedOf(column, text, of.mode.modes));
    if (same(seen, expected)) {
      equal += 1;
      continue;
    }
    const loss = lossOf(column, { text, seen }, of);
    if (loss === null) {
      wrong.push(`${column.name}: ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`);
    } else lost.set(loss, (lost.get(loss) ?? 0) + 1);
  }
  return { equal, lost, wrong };
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Forms in which one value may be written are made one. */
function normal(column: TestedColumn, shown: unknown, mode: TestedMode): unknown {
  if (Array.isArray(shown) && column.kind !== "matrix") {
    return shown.map((item) => normal({ ...column, isList: false }, item, mode));
  }
  if (column.kind === "timestamptz" && typeof shown === "string")
    return shown.replace(/\.?0*Z$/, "Z").replace(/(\.\d*?)0+Z$/, "$1Z");
  if (column.kind === "timetz" && typeof shown === "string")
    return shown.replace(/(\.\d*?)0+Z$/, "$1Z").replace(/\.Z$/, "Z");
  if (column.kind === "hstore" && typeof shown === "string") return JSON.parse(shown);
  if (column.kind === "interval" && typeof shown === "string") return parts(shown);
  if (column.kind === "decimal") return withoutZeros(shown);
  return shown;
}

function normalExpected(column: TestedColumn, expected: unknown): unknown {
  if (Array.isArray(expected))
    return expected.map((item) => normalExpected({ ...column, isList: false }, item));
  return column.kind === "decimal" ? withoutZeros(expected) : expected;
}

/** A column of a fixed scale may be printed with or without its zeros. */
function withoutZeros(shown: unknown): unknown {
  const text = typeof shown === "object" && shown !== null ? Reflect.get(shown, "decimal") : undefined;
  return typeof text === "string" && text.includes(".") ? { decimal: text.replace(/\.?0+$/, "") } : shown;
}

/** Debezium's own way of writing an interval. */
function parts(text: string): unknown {
  const part = (letter: string, within: string): number =>
    Number(new RegExp(`(-?[\\d.]+)${letter}`).exec(within)?.[1] ?? 0);
  const [day = "", clock = ""] = text.split("T");
  const micros = Math.round((part("H", clock) * 3_600 + part("M", clock) * 60 + part("S", clock)) * 1e6);
  return { months: part("Y", day) * 12 + part("M", day), days: part("D", day), micros };
}

/** The losses that the rows of `columns.ts` meet in a mode, and how often: each stands in docs/types.md. */
export function knownLosses(
  { modes, takesExtremes }: TestedMode,
  isSnapshot: boolean,
): ReadonlyMap<string, number> {
  const met: readonly (readonly [string, number])[] = [
    ["items of lists of lists", 2],
    ["NaN and infinity of precise decimals", takesExtremes && modes.decimal === "precise" ? 3 : 0],
    ["infinity of intervals", takesExtremes ? 1 : 0],
    ["24:00:00 as ISO text", takesExtremes && modes.time === "isostring" ? 1 : 0],
    ["the era in a snapshot", takesExtremes && isSnapshot ? 1 : 0],
  ];
  return new Map(met.filter(([, count]) => count > 0));
}

/** What Debezium 3.6 loses before the log is read; null for what is no known loss. */
function lossOf(
  { kind }: TestedColumn,
  { text, seen }: { readonly text: string | null | readonly (string | null)[]; readonly seen: unknown },
  { mode, isSnapshot }: { readonly mode: TestedMode; readonly isSnapshot: boolean },
): string | null {
  const first = typeof text === "string" ? text : (text?.[0] ?? "");
  const isBeyond = /^-?infinity$|^NaN$/i.test(first);
  if (kind === "matrix" && Array.isArray(seen)) return "items of lists of lists";
  if (kind === "decimal" && isBeyond && seen === null) return "NaN and infinity of precise decimals";
  if (kind === "interval" && isBeyond) return "infinity of intervals";
  if (kind === "date" && first.endsWith(" BC") && isSnapshot) return "the era in a snapshot";
  if (mode.modes.time === "isostring" && first === "24:00:00") return "24:00:00 as ISO text";
  return null;
}
