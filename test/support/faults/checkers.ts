import type { Evidence } from "./evidence.ts";
import type { Expectation, Shown } from "./fault-row.ts";
import type { TargetEntry } from "./faulty-target.ts";
import type { Sample } from "./timeline.ts";
import type { TrueRecord } from "./topic-truth.ts";

/** What one checker found wrong: the checker's label and a sentence. An empty list means that all is well. */
export type Finding = `${"K1" | "K2" | "K3" | "K4" | "K5" | "K6" | "K7" | "K9" | "K11" | "void"}: ${string}`;

/** A run with less says nothing. */
export const volumeMin = 100;
/** The socket of an ended process closes a moment after its successor may have begun. */
const overlapToleranceMs = 50;
/** How long the API may still say `running` when nothing runs, and how late a sample may come. */
const truthLimitMs = 5_000 + 1_000;
const neighbourShareMin = 0.7;
/** Too short a window says nothing of a pace. */
const paceWindowMinMs = 2_500;
const stallLimitMs = 12_000;
/** Findings of one checker beyond these say nothing new. */
const findingsMax = 5;

type Checker = (evidence: Evidence, expected: Expectation) => readonly Finding[];

/** Everything that is wrong with a run. Pure. */
export function findingsOf(evidence: Evidence, expected: Expectation): readonly Finding[] {
  return checkers.flatMap((checker) => checker(evidence, expected).slice(0, findingsMax));
}

/** Requests that were applied although the same change had been applied before. */
export function duplicatesOf(journal: readonly TargetEntry[]): readonly TargetEntry[] {
  const seen = new Set<string>();
  return journal.filter((entry) => {
    if (!entry.isApplied) return false;
    const isAgain = seen.has(changeOf(entry));
    seen.add(changeOf(entry));
    return isAgain;
  });
}

const volume: Checker = ({ sent, journal }) => {
  const isEnough = sent >= volumeMin && journal.length >= volumeMin / 2;
  return isEnough ? [] : [`void: ${sent} records and ${journal.length} requests`];
};

/** K1: the sums are right, and every offset of the topic is in exactly one ending. */
const accounting: Checker = ({ truth, account, count, letters, phases, journal }, expected) => {
  const found: Finding[] = [];
  for (const row of account) {
    const sum = row.done + row.filtered + row.skipped + row.parked + row.holes;
    if (sum !== row.mark - row.start) found.push(`K1: partition ${row.partition} does not add up`);
  }
  const done = account.reduce((sum, row) => sum + row.done, 0n);
  if (count !== done) found.push(`K1: count is ${count}, done are ${done}`);
  const parked = account.reduce((sum, row) => sum + row.parked, 0n);
  if (parked !== BigInt(letters.length)) found.push(`K1: ${parked} parked, ${letters.length} letters`);
  if (!isAllowed(Number(parked), expected.parked ?? 0))
    found.push(`K1: ${parked} parked instead of ${JSON.stringify(expected.parked ?? 0)}`);
  if (expected.staysBlocked === true) return found;
  if (phases.drainedAtMs === null) found.push("K1: not drained to zero");
  for (const { partition, low, high } of truth.bounds) {
    const row = account.find((one) => one.partition === partition);
    if (high > low && (row?.start !== low || row.mark !== high))
      found.push(`K1: partition ${partition} ends at ${row?.mark} instead of ${high}`);
  }
  return [...found, ...lost({ truth, letters, journal }, expected)];
};

function isAllowed(parked: number, expected: NonNullable<Expectation["parked"]>): boolean {
  if (expected === "any") return true;
  return typeof expected === "number" ? parked === expected : parked <= expected.atMost;
}

/** Records that neither reached the target nor are parked. Behind the fence a newer version stands for an older one. */
function lost(
  { truth, letters, journal }: Pick<Evidence, "truth" | "letters" | "journal">,
  { isFenced }: Expectation,
): readonly Finding[] {
  const applied = journal.filter(({ isApplied }) => isApplied);
  const changes = new Set(applied.map(changeOf));
  const newest = newestOf(applied);
  const parked = new Set(letters.map(placeOf));
  const isReplaced = ({ subject, version }: TrueRecord): boolean =>
    isFenced === true && (newest.get(subject) ?? 0) > version;
  return truth.records
    .filter(({ version, operation }) => version > 0 && operation !== "d")
    .filter((record) => !changes.has(changeOf(record)) && !parked.has(placeOf(record)) && !isReplaced(record))
    .map((record): Finding => `K1: the record at ${placeOf(record)} was lost`);
}

/** K2: no two requests of a key at once, and no version arrives for the first time after a newer one. */
const order: Checker = ({ journal }, { isFenced }) => {
  const found: Finding[] = [];
  const newest = new Map<string, number>();
  const busy = new Map<string, TargetEntry>();
  const seen = new Set<string>();
  for (const entry of journal) {
    const before = busy.get(entry.subject);
    const untilMs = before?.finishedAtMs ?? Number.POSITIVE_INFINITY;
    const tolerance = before?.status === 0 ? overlapToleranceMs : 0;
    if (before !== undefined && untilMs - tolerance > entry.receivedAtMs)
      found.push(`K2: request ${entry.number} came before ${before.number} of its key was over`);
    busy.set(entry.subject, entry);
    const isFirst = !seen.has(changeOf(entry));
    seen.add(changeOf(entry));
    if ((isFirst || isFenced === true) && entry.version < (newest.get(entry.subject) ?? 0))
      found.push(`K2: request ${entry.number} holds an older version`);
    newest.set(entry.subject, Math.max(entry.version, newest.get(entry.subject) ?? 0));
  }
  return found;
};

/** K3: what came twice came with the same idempotency key, and not oftener than allowed. */
const duplicates: Checker = ({ journal }, { duplicatesMax }) => {
  const found: Finding[] = [];
  const keys = new Map<string, string>();
  for (const entry of journal) {
    // A handler may ask several things of a target for one change, each under its own key.
    const asked = `${changeOf(entry)} ${entry.path.split("/").at(-1)}`;
    const key = keys.get(asked);
    keys.set(asked, key ?? entry.idempotencyKey);
    if (entry.idempotencyKey === "") found.push(`K3: request ${entry.number} has no idempotency key`);
    if (key !== undefined && key !== entry.idempotencyKey)
      found.push(`K3: request ${entry.number} has another idempotency key than before`);
  }
  const again = duplicatesOf(journal).length;
  const most = duplicatesMax ?? 0;
  return again <= most ? found : [...found, `K3: ${again} duplicates instead of at most ${most}`];
};

/**
 * K4: after the heal every patient is at the target as in the source, except where the newest record is parked. What is
 * parked because its outcome is unknown may have been applied.
 */
const finalState: Checker = ({ truth, journal, letters }, { staysBlocked }) => {
  if (staysBlocked === true) return [];
  const parked = new Set(letters.filter(({ state }) => state !== "replayed").map(placeOf));
  const changes = truth.records.filter(({ version }) => version > 0);
  const wanted = newestOf(changes.filter((record) => !parked.has(placeOf(record))));
  const unknown = new Set(changes.filter((record) => parked.has(placeOf(record))).map(changeOf));
  const state = new Map(
    journal.filter(({ isApplied }) => isApplied).map(({ subject, version }) => [subject, version]),
  );
  return [...wanted]
    .filter(([subject, version]) => {
      const seen = state.get(subject) ?? 0;
      const isParked = seen > version && unknown.has(changeOf({ subject, version: seen }));
      return seen !== version && !isParked;
    })
    .map(([subject, version]): Finding => {
      return `K4: a patient is at version ${state.get(subject) ?? 0} instead of ${version} (${subject.split("-").at(-1)})`;
    });
};

/**
 * K5: the consumer beside it kept its pace while the fault lasted, against its own pace just before. The pace is what
 * came of what was written in the same time, so that a busy machine, which writes less too, is not taken for the fault.
 */
const isolation: Checker = (evidence, { sparesNeighbour }) => {
  if (sparesNeighbour === false) return [];
  const { controlAtMs, injectedAtMs, healedAtMs } = evidence.phases;
  const control = paceOf(evidence, controlAtMs, injectedAtMs);
  const during = paceOf(evidence, injectedAtMs, healedAtMs);
  if (control === null || during === null || control === 0)
    return ["void: the neighbour's pace was not measured"];
  // More than was written meanwhile is a backlog being caught up, which is no pace.
  const share = during / Math.min(1, control);
  return share >= neighbourShareMin
    ? []
    : [`K5: the neighbour kept ${Math.round(share * 100)} % of its pace`];
};

/** K6: the API showed what was the matter, and did not go on to say `running` while nothing could run. */
const told: Checker = ({ timeline, phases, deeds }, { shows, stands, staysBlocked }) => {
  const found: Finding[] = [];
  // Some faults take several steps; what is shown may lag behind each of them, and behind no other.
  const latestDeedMs = (untilMs: number): number =>
    Math.max(phases.injectedAtMs, deeds.findLast(({ atMs }) => atMs <= untilMs)?.atMs ?? 0);
  const during = timeline.filter(({ atMs }) => atMs >= phases.injectedAtMs && atMs <= phases.quietAtMs);
  if (shows.length > 0 && !during.some((sample) => shows.some((wanted) => isShown(sample, wanted)))) {
    const seen = [
      ...new Set(during.map(({ state, code }) => (code === null ? state : `${state} (${code})`))),
    ];
    found.push(`K6: shown were ${seen.join(", ")}`);
  }
  const late = timeline.find(
    ({ atMs, state }) =>
      stands === true &&
      atMs > latestDeedMs(atMs) + truthLimitMs &&
      atMs < phases.healedAtMs &&
      (state === "running" || state === "idle"),
  );
  if (late !== undefined)
    found.push(
      `K6: said to be ${late.state} ${secondsOf(late.atMs - latestDeedMs(late.atMs))} s into the fault`,
    );
  const last = timeline.at(-1);
  if (staysBlocked !== true && (last === undefined || !isWell(last)))
    found.push(`K6: at the end it is ${last?.state} (${last?.code ?? "no cause"})`);
  return found;
};

/** K7: it came back in time. */
const recovery: Checker = ({ phases }, expected) => {
  if (expected.staysBlocked === true || expected.recoversWithinMs === undefined) return [];
  if (phases.recoveredAtMs === null) return ["K7: never back"];
  const tookMs = recoveryMsOf({ phases }, expected) ?? 0;
  return tookMs <= expected.recoversWithinMs ? [] : [`K7: back only after ${secondsOf(tookMs)} s`];
};

/** Milliseconds until it was back; null when it never was, or was not to be. */
export function recoveryMsOf({ phases }: Pick<Evidence, "phases">, expected: Expectation): number | null {
  if (expected.staysBlocked === true || phases.recoveredAtMs === null) return null;
  const fromMs = expected.recoversFrom === "fault" ? phases.injectedAtMs : phases.healedAtMs;
  return Math.max(0, phases.recoveredAtMs - fromMs);
}

/** K9: the marker in every key and name is nowhere but at the target. */
const privacy: Checker = ({ leaks }) => leaks.map((leak): Finding => `K9: the marker is in ${leak}`);

/** K11: while something can run and records wait, something ends. */
const stall: Checker = ({ timeline, phases }, { stands, staysBlocked, recoversFrom, stallMaxMs }) => {
  if (staysBlocked === true) return [];
  const limitMs = stallMaxMs ?? stallLimitMs;
  const isExempt = ({ atMs }: Sample): boolean => {
    const untilMs = recoversFrom === "fault" ? (phases.recoveredAtMs ?? 0) : phases.healedAtMs + limitMs;
    return stands === true && atMs >= phases.injectedAtMs && atMs <= untilMs;
  };
  let movedAtMs = phases.startedAtMs;
  let ended = 0;
  for (const sample of timeline) {
    const isMoving = sample.ended > ended || sample.lag === 0 || sample.lag === null || isExempt(sample);
    if (isMoving) movedAtMs = sample.atMs;
    ended = Math.max(ended, sample.ended);
    if (sample.atMs - movedAtMs > limitMs)
      return [`K11: nothing ended for ${secondsOf(sample.atMs - movedAtMs)} s with lag ${sample.lag}`];
  }
  return [];
};

const checkers: readonly Checker[] = [
  volume,
  accounting,
  order,
  duplicates,
  finalState,
  isolation,
  told,
  recovery,
  privacy,
  stall,
];

/** It runs, or has nothing to do, and nothing is the matter. */
export function isWell({ state, code }: Pick<Sample, "state" | "code">): boolean {
  return code === null && /^(running|idle)$/.test(state);
}

export function isShown({ state, code }: Pick<Sample, "state" | "code">, wanted: Shown): boolean {
  if (state !== wanted.state) return false;
  if (wanted.code === undefined) return true;
  return typeof wanted.code === "string" ? code === wanted.code : wanted.code.test(code ?? "");
}

/** Requests per record written in the time; null when it is too short to say. */
function paceOf(
  { neighbour, neighbourSends }: Pick<Evidence, "neighbour" | "neighbourSends">,
  fromMs: number,
  toMs: number,
): number | null {
  if (toMs - fromMs < paceWindowMinMs) return null;
  const came = neighbour.filter(({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs < toMs).length;
  const written = neighbourSends.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const total = written.reduce((sum, { count }) => sum + count, 0);
  return total === 0 ? null : came / total;
}

/** The highest version of each subject. */
function newestOf(
  changes: readonly { readonly subject: string; readonly version: number }[],
): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { subject, version } of changes)
    newest.set(subject, Math.max(version, newest.get(subject) ?? 0));
  return newest;
}

function changeOf({ subject, version }: { readonly subject: string; readonly version: number }): string {
  return `${subject} ${version}`;
}

function placeOf({ partition, offset }: { readonly partition: number; readonly offset: bigint }): string {
  return `${partition}/${offset}`;
}

function secondsOf(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
