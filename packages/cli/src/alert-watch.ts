import { type AlertFacts, decideAlerts, readingsOf } from "@gluttony/admin";
import type { HttpClient } from "@gluttony/egress";
import { type RuntimeSettingValues, toGluttonyError } from "@gluttony/model";
import {
  type AlertBook,
  createAlertBook,
  createMetricPoints,
  createOverviewFacts,
  type DueDelivery,
  settingsNow,
} from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import { sendAlert } from "./alerting-of-serve.ts";
import type { Stores } from "./stores.ts";

/** Milliseconds between two looks at the rules. */
const lookMs = 5_000;
/** Messages of one look; the rest goes with the next. */
const dueMax = 20;
/** Milliseconds until a message that was not taken is tried again; then doubled. */
const retryFirstMs = 10_000;
const minuteMs = 60_000;
/** Milliseconds between drops of what is over. */
const purgeMs = 600_000;

export interface AlertWatchParts {
  readonly stores: Stores;
  readonly http: HttpClient;
  readonly log: Logger;
}

/** Watches the rules and tells what fires, until the signal; every host tries, the database lets one at a time. */
export async function watchAlerts(parts: AlertWatchParts, signal: AbortSignal): Promise<void> {
  const { stores, log } = parts;
  const book = createAlertBook(stores.pool, { box: stores.box, resolver: stores.secrets });
  let purgedAtMs = systemClock.monotonicMs();
  while (!signal.aborted) {
    await systemClock.sleep(lookMs, signal);
    if (signal.aborted) return;
    try {
      await book.whileAlone(() => lookOnce(book, parts));
      if (systemClock.monotonicMs() - purgedAtMs < purgeMs) continue;
      purgedAtMs = systemClock.monotonicMs();
      await book.purge();
    } catch (error) {
      log.warn("alerts are not watched just now", { code: toGluttonyError(error).code });
    }
  }
}

/** One look: what the rules see, what becomes of alerts, and what is to be told. */
export async function lookOnce(book: AlertBook, parts: AlertWatchParts): Promise<void> {
  const [facts, settings, open] = await Promise.all([readFacts(parts.stores), book.rules(), book.open()]);
  const nowMs = systemClock.wallMs();
  const changes = decideAlerts(open, readingsOf(facts, nowMs), { settings, nowMs });
  if (changes.length > 0) await book.apply(changes);
  await book.enqueue();
  const dues = await book.due(dueMax);
  if (dues.length === 0) return;
  const limits = await settingsNow(parts.stores.pool);
  for (const due of dues) await deliver(due, book, { ...parts, limits });
}

async function readFacts({ pool, consumers, observations }: Stores): Promise<AlertFacts> {
  const overview = createOverviewFacts(pool);
  const points = createMetricPoints(pool);
  const [rows, seen, standings, counts5, counts10, lags] = await Promise.all([
    consumers.list(),
    observations.readStates(),
    overview.standings(),
    points.latest(300),
    points.latest(600),
    points.lags(1_080),
  ]);
  return {
    rows,
    seen,
    standings,
    counts5: new Map(counts5.map((one) => [one.consumerId, one])),
    counts10: new Map(counts10.map((one) => [one.consumerId, one])),
    lags,
  };
}

async function deliver(
  due: DueDelivery,
  book: AlertBook,
  { http, log, limits }: AlertWatchParts & { readonly limits: RuntimeSettingValues },
): Promise<void> {
  const { id, channelId, attempts, subject: subjectName } = due;
  try {
    await sendAlert({ ...due, subjectName }, await book.channel(channelId), http);
    await book.delivered(id);
  } catch (error) {
    const { code } = toGluttonyError(error);
    log.warn("an alert was not delivered", {
      code,
      rule: due.rule,
      channel: channelId,
      attempts: attempts + 1,
    });
    await book.failed(id, code, retryInMs(attempts + 1, limits));
  }
}

/** Milliseconds until the next attempt after so many; null when it is given up. Pure. */
export function retryInMs(
  attempts: number,
  limits: Pick<RuntimeSettingValues, "alert.attemptsMax" | "alert.retryMinutesMax">,
): number | null {
  if (attempts >= limits["alert.attemptsMax"]) return null;
  return Math.min(limits["alert.retryMinutesMax"] * minuteMs, retryFirstMs * 2 ** (attempts - 1));
}
