import type { ConsumerRow, DesiredState, ObservedState } from "@gluttony/model";
import { type ConsumerColumns, columnsOf, desiredOf } from "./consumer.ts";
import { hostStateOf } from "./host-state.ts";
import { lagOf } from "./lag.ts";
import { type MergedState, mergedStateOf } from "./merged-state.ts";

/** A consumer in a list: what was asked, what is seen, how far it is behind. */
export interface ConsumerSummary extends ConsumerColumns {
  readonly desired: DesiredState;
  readonly observed: MergedState;
  readonly lag: { readonly records: string | null; readonly ms: number | null };
}

/** Joins the rows with what the hosts say of them. Pure. */
export function consumerSummaries(
  rows: readonly ConsumerRow[],
  seen: readonly ObservedState[],
): readonly ConsumerSummary[] {
  const seenById = new Map<string, ObservedState[]>();
  for (const state of seen) {
    const ofOne = seenById.get(state.consumerId);
    if (ofOne === undefined) seenById.set(state.consumerId, [state]);
    else ofOne.push(state);
  }
  return rows.map((row) => summaryOf(row, seenById.get(row.id) ?? []));
}

function summaryOf(row: ConsumerRow, seen: readonly ObservedState[]): ConsumerSummary {
  const hosts = seen.map(hostStateOf);
  const { records, ms } = lagOf(hosts);
  return {
    ...columnsOf(row),
    desired: desiredOf(row),
    observed: mergedStateOf(row, hosts),
    lag: { records, ms },
  };
}
