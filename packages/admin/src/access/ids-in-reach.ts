import type { ConsumerRow } from "@gluttony/model";
import type { Reach } from "./reach.ts";

/** The ids of those of the consumers that a request may see. */
export function idsInReach(reach: Reach | null, rows: readonly ConsumerRow[]): ReadonlySet<string> {
  return new Set((reach?.among(rows) ?? []).map(({ id }) => id));
}
