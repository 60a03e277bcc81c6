import type { ConsumerRow, DesiredState, ObservedState, ObservedStateName } from "@gluttony/model";
import { type ConsumerColumns, columnsOf, desiredOf } from "./consumer.ts";
import { hostStateOf } from "./host-state.ts";
import { lagSumsOf } from "./lag.ts";
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
  const seenById = byConsumer(seen);
  return rows.map((row) => summaryOf(row, seenById.get(row.id) ?? []));
}

/** Those of the rows whose consumer is seen in a state. Pure. */
export function rowsInState(
  rows: readonly ConsumerRow[],
  seen: readonly ObservedState[],
  state: ObservedStateName,
): readonly ConsumerRow[] {
  const seenById = byConsumer(seen);
  return rows.filter(
    (row) => mergedStateOf(row, (seenById.get(row.id) ?? []).map(hostStateOf)).state === state,
  );
}

function byConsumer(seen: readonly ObservedState[]): ReadonlyMap<string, readonly ObservedState[]> {
  const seenById = new Map<string, ObservedState[]>();
  for (const state of seen) {
    const ofOne = seenById.get(state.consumerId);
    if (ofOne === undefined) seenById.set(state.consumerId, [state]);
    else ofOne.push(state);
  }
  return seenById;
}

function summaryOf(row: ConsumerRow, seen: readonly ObservedState[]): ConsumerSummary {
  const hosts = seen.map(hostStateOf);
  const { records, ms } = lagSumsOf(hosts).total;
  return {
    ...columnsOf(row),
    desired: desiredOf(row),
    observed: mergedStateOf(row, hosts),
    lag: { records, ms },
  };
}
