import { toGluttonyError } from "@gluttony/model";
import {
  type AuditCounts,
  countAudit,
  createMetricPoints,
  createOverviewFacts,
  type SourceStanding,
} from "@gluttony/postgres";
import { type ConnectorShown, type Metrics, systemClock } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import type { Settings } from "./parse-environment.ts";
import type { Stores } from "./stores.ts";

/** Milliseconds between writes of the series: the shortest step of a chart. */
const seriesBeatMs = 10_000;
/** Milliseconds between purges of old points. */
const purgeMs = 60_000;
/** Milliseconds between looks at what all hosts share. */
const sharedBeatMs = 15_000;

/** What keeping numbers needs of a host. */
export interface SeriesParts {
  readonly stores: Stores;
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Writes what this host counted of its consumers, in one statement each beat, until the signal. */
export async function keepSeries(
  { stores, settings, metrics, log }: SeriesParts,
  signal: AbortSignal,
): Promise<void> {
  const points = createMetricPoints(stores.pool);
  let purgedAtMs = systemClock.monotonicMs();
  while (!signal.aborted) {
    await systemClock.sleep(seriesBeatMs, signal);
    try {
      await points.add(settings.hostId, metrics.takeSeries());
      if (systemClock.monotonicMs() - purgedAtMs < purgeMs) continue;
      purgedAtMs = systemClock.monotonicMs();
      await points.purge();
    } catch (error) {
      // Charts have a hole then; the readiness says what is wrong with the database.
      log.debug("the series have a hole", { code: toGluttonyError(error).code });
    }
  }
}

/** Shows in this host's metrics what all hosts share, until the signal. */
export async function keepSharedMetrics(
  { stores, metrics, log }: SeriesParts,
  signal: AbortSignal,
): Promise<void> {
  const facts = createOverviewFacts(stores.pool);
  let auditHead: bigint | null = null;
  while (!signal.aborted) {
    try {
      const [standings, totals, rows] = await Promise.all([
        facts.standings(),
        facts.totals(),
        stores.consumers.list(),
      ]);
      const audit: AuditCounts = await countAudit(stores.pool, auditHead);
      auditHead = audit.head;
      const open = new Map(totals.map((one) => [one.consumerId, one.lettersOpen]));
      metrics.host.show({
        connectors: standings.map((standing) => shownOf(standing, systemClock.wallMs())),
        letters: rows.map(({ id, name }) => ({ consumer: name, open: open.get(id) ?? 0n })),
        audited: audit.counts,
        pool: stores.pool.counts(),
      });
    } catch (error) {
      // What was shown stays until the next beat.
      log.debug("what all hosts share is not known", { code: toGluttonyError(error).code });
    }
    await systemClock.sleep(sharedBeatMs, signal);
  }
}

function shownOf({ connector, health, measure }: SourceStanding, nowMs: number): ConnectorShown {
  const heard = [measure?.heartbeatAt, measure?.lastChangeAt].flatMap((time) =>
    time === null || time === undefined ? [] : [time.getTime()],
  );
  return {
    connector,
    state: health?.state ?? null,
    taskStates: (measure?.tasks ?? []).map(({ state }) => state),
    silenceMs: heard.length === 0 ? null : Math.max(0, nowMs - Math.max(...heard)),
    retainedBytes: measure?.slot?.retainedBytes ?? null,
  };
}
