import type { AlertRuleName, ConsumerRow, Facts, ObservedState } from "@gluttony/model";
import { quantileMs } from "../overview/quantile.ts";
import type { RecentCounts, SourceStanding } from "../overview-ports.ts";
import { hostStateOf } from "../views/host-state.ts";
import { lagSumsOf } from "../views/lag.ts";
import { mergedStateOf } from "../views/merged-state.ts";

/** Steps of 2 minutes over which a lag must have grown: a quarter of an hour. */
const growingSteps = 7;

/** Everything that the rules look at. */
export interface AlertFacts {
  readonly rows: readonly ConsumerRow[];
  readonly seen: readonly ObservedState[];
  readonly standings: readonly SourceStanding[];
  /** Of the last 5 minutes, and of the last 10. */
  readonly counts5: ReadonlyMap<string, RecentCounts>;
  readonly counts10: ReadonlyMap<string, RecentCounts>;
  /** Records behind in steps of 2 minutes, oldest first. */
  readonly lags: ReadonlyMap<string, readonly number[]>;
}

/** What one rule sees of one subject. */
export interface Reading {
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subject: string;
  readonly consumerIds: readonly string[];
  /** Null when it is not known just now: then what fires goes on firing. */
  readonly value: number | null;
  readonly evidence: Facts;
}

/** What every rule sees. A subject that is gone, or not to run, has no reading. Pure. */
export function readingsOf(facts: AlertFacts, nowMs: number): readonly Reading[] {
  const seen = new Map<string, ObservedState[]>();
  for (const state of facts.seen) seen.set(state.consumerId, [...(seen.get(state.consumerId) ?? []), state]);
  return [
    ...facts.rows
      .filter((row) => row.isValid)
      .flatMap((row) => ofConsumer(row, seen.get(row.id) ?? [], facts)),
    ...facts.standings.flatMap((standing) => ofConnector(standing, nowMs)),
  ];
}

function ofConsumer(row: ConsumerRow, seen: readonly ObservedState[], facts: AlertFacts): readonly Reading[] {
  const hosts = seen.map(hostStateOf);
  const { state, cause } = mergedStateOf(row, hosts);
  const isKnown = state !== "unknown";
  const fresh = hosts.filter((host) => host.isFresh);
  const retrying = fresh.reduce((sum, host) => sum + host.retrying, 0);
  const lag = lagSumsOf(hosts).total;
  const five = facts.counts5.get(row.id) ?? null;
  const ten = facts.counts10.get(row.id) ?? null;
  const p95Ms = five === null ? null : quantileMs(five.handlerCounts, 0.95);
  const told = { consumer: row.name, state, code: cause?.code ?? null };
  const reading = (rule: AlertRuleName, value: number | null, evidence: Facts = {}): Reading => ({
    rule,
    subjectKind: "consumer",
    subject: row.id,
    consumerIds: [row.id],
    value,
    evidence: { ...told, ...evidence },
  });
  const isHeldUp = state === "blocked" || (state === "recovering" && retrying > 0);
  return [
    reading("consumer_failed", isKnown ? Number(state === "failed") : null),
    reading("consumer_blocked", isKnown ? Number(isHeldUp) : null, { retrying }),
    reading("lag_seconds", lag.msReason === "not_observed" ? null : (lag.ms ?? 0) / 1_000, {
      lagRecords: lag.records,
    }),
    reading("lag_growing", growthOf(facts.lags.get(row.id) ?? []), { lagRecords: lag.records }),
    reading("dead_letters", ten?.parked ?? null, { overMs: 600_000 }),
    reading("handler_slow", five === null ? null : (p95Ms ?? 0) / 1_000, { overMs: 300_000 }),
    reading("cell_restarts", ten?.cellRestarts ?? null, { overMs: 600_000 }),
    reading("commits_failing", five?.commitsFailed ?? null, { overMs: 300_000 }),
  ];
}

/** The smallest step of the last quarter of an hour: above 0 it only grew. Null while that is not known. */
function growthOf(lags: readonly number[]): number | null {
  if (lags.length < growingSteps) return null;
  const last = lags.slice(-growingSteps);
  return Math.min(...last.slice(1).map((lag, place) => lag - (last[place] ?? lag)));
}

function ofConnector(
  { connector, consumerIds, health, measure }: SourceStanding,
  nowMs: number,
): readonly Reading[] {
  const base = { subjectKind: "connector", subject: connector, consumerIds } as const;
  const heartbeatAt = measure?.heartbeatAt ?? null;
  const heardMs = Math.max(heartbeatAt?.getTime() ?? 0, measure?.lastChangeAt?.getTime() ?? 0);
  // One that a person paused, or that does not run, is silent for a reason that is told elsewhere.
  const silenceMs =
    health?.state !== "running" ? 0 : heartbeatAt === null ? null : Math.max(0, nowMs - heardMs);
  const slot = measure?.slot ?? null;
  const evidence = { connector, state: health?.state ?? null };
  return [
    { ...base, rule: "source_silent", value: silenceMs === null ? null : silenceMs / 1_000, evidence },
    {
      ...base,
      rule: "slot_retained",
      value: slot === null ? null : Number(slot.retainedBytes),
      evidence: { ...evidence, slotReason: measure?.slotReason ?? null },
    },
  ];
}
