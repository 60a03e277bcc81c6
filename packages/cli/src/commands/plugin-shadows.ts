import type { ShadowCountRow } from "@gluttony/postgres";
import { tableLines } from "../output/table.ts";

/** A consumer and what shadows it. */
export interface ShadowedConsumer {
  readonly name: string;
  readonly shadow: {
    readonly version: string;
    readonly counts: readonly Omit<ShadowCountRow, "consumerId">[];
  } | null;
}

const linesMax = 40;

/** One line for everything that the shadows came to, the most frequent first; none when nothing is shadowed. */
export function shadowLines(consumers: readonly ShadowedConsumer[]): readonly string[] {
  const rows = consumers.flatMap(({ name, shadow }) => {
    if (shadow === null) return [];
    const { version, counts } = shadow;
    if (counts.length === 0) return [[name, version, "0", "nothing compared yet", "–", "–"]];
    return counts.map(({ kind, live, shadow: own, count }) => {
      return [name, version, String(count), wordOf[kind], live || "–", own || "–"];
    });
  });
  if (rows.length === 0) return [];
  return tableLines(
    ["CONSUMER", "SHADOW", "ATTEMPTS", "COMPARED", "LIVE ONE", "SHADOW'S"],
    rows.slice(0, linesMax),
  );
}

const wordOf: Readonly<Record<ShadowCountRow["kind"], string>> = {
  same: "the same",
  outcome: "another outcome",
  calls: "other calls",
  dropped: "left out, it could not follow",
  not_started: "it does not start",
  other: "further differences",
};
