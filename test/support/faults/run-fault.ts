import { readAccount } from "../delivery-scene.ts";
import { pause, until } from "../host.ts";
import { duplicatesOf, findingsOf, isWell, recoveryMsOf } from "./checkers.ts";
import type { Evidence, Phases } from "./evidence.ts";
import { FaultScene } from "./fault-scene.ts";
import type { FaultRow } from "./fault-row.ts";
import { leaksOf } from "./leaks.ts";
import { patients } from "./scene-consumers.ts";
import { topicTruth } from "./topic-truth.ts";

/** What one run came to. */
export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly outcome: "held" | "broken";
  readonly findings: readonly string[];
  readonly records: number;
  readonly requests: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly recoveryMs: number | null;
  /** States with their causes, in the order in which they were first shown. */
  readonly shown: readonly string[];
  /** Further figures in a sentence; null where there are none. */
  readonly figures: string | null;
}

const warmLimitMs = 40_000;
const warmRequests = 60;
/** Records of the neighbour that may be under way when its pace is measured. */
const backlogMax = 10;
const catchUpLimitMs = 20_000;
const controlMs = 4_000;
const shownLimitMs = 30_000;
/** Long enough for the neighbour's pace to be measured. */
const holdMinMs = 4_000;
const recoveryLimitMs = 60_000;
const drainLimitMs = 90_000;
const settleMs = 1_500;
/** A host that was started last may still be starting. */
const settledLimitMs = 30_000;

/** Runs one row: flow, fault, heal, quiet; then everything that was seen goes to the checkers. */
export async function runFault(
  row: FaultRow,
): Promise<{ readonly verdict: Verdict; readonly evidence: Evidence; readonly logs: readonly string[] }> {
  await using scene = await FaultScene.open(row.scene ?? {});
  const phases = await disturb(row, scene);
  const evidence = await evidenceOf(scene, phases);
  const ownFindings = (await row.check?.(scene, evidence)) ?? [];
  const findings = [...findingsOf(evidence, row.expect), ...ownFindings];
  const verdict = verdictOf(row, evidence, findings);
  return { verdict, evidence, logs: scene.hosts.map(({ log }) => log) };
}

async function disturb(row: FaultRow, scene: FaultScene): Promise<Phases> {
  const startedAtMs = performance.now();
  scene.startStreams();
  await warmUp(row, scene);
  const controlAtMs = performance.now();
  await pause(controlMs);
  const injectedAtMs = performance.now();
  scene.note("fault");
  await row.inject(scene);
  const { shows, sparesNeighbour } = row.expect;
  if (shows.length > 0) await scene.untilShown(shows, shownLimitMs);
  const holdMs = Math.max(row.holdMs ?? 0, sparesNeighbour === false ? 0 : holdMinMs);
  await pause(Math.max(0, injectedAtMs + holdMs - performance.now()));
  await row.heal?.(scene);
  const healedAtMs = performance.now();
  scene.note("heal");
  const recoveredAtMs = await untilRecovered(row, scene);
  await pause(settleMs);
  await scene.stopStreams();
  const quietAtMs = performance.now();
  const drainedAtMs = await untilDrained(row, scene);
  await scene.timeline.stop();
  return {
    startedAtMs,
    controlAtMs,
    injectedAtMs,
    healedAtMs,
    recoveredAtMs,
    quietAtMs,
    drainedAtMs,
  };
}

async function warmUp(row: FaultRow, scene: FaultScene): Promise<void> {
  const isFlowing = (): boolean =>
    scene.neighbour.appliedCount > 10 &&
    (row.scene?.withoutTopic === true || scene.target.appliedCount >= warmRequests);
  if (await until(isFlowing, warmLimitMs)) {
    // What piled up while everything started is caught up first: it would be taken for the neighbour's pace.
    const { neighbour, neighbourStream } = scene;
    await until(() => neighbour.appliedCount + backlogMax >= neighbourStream.sent, catchUpLimitMs);
    return;
  }
  const { state, code } = await scene.look();
  const counts = `${scene.target.appliedCount} and ${scene.neighbour.appliedCount} requests`;
  throw new Error(`nothing flowed before the fault: ${state} (${code}), ${counts}
${scene.host.log.slice(-2_000)}`);
}

/** When a request was applied that no earlier moment can explain, and the state is well again. */
async function untilRecovered(row: FaultRow, scene: FaultScene): Promise<number | null> {
  if (row.expect.staysBlocked === true) return null;
  const isFromFault = row.expect.recoversFrom === "fault";
  const deeds = isFromFault ? scene.deeds.slice(0, -1) : scene.deeds;
  const sinceMs = (deeds.at(-1)?.atMs ?? 0) + 50;
  let recoveredAtMs: number | null = null;
  await until(async () => {
    const sample = await scene.look();
    const first = scene.target.journal.find((entry) => entry.isApplied && entry.receivedAtMs > sinceMs);
    if (first === undefined || !isWell(sample)) return false;
    // The state is asked for a little later than it became true.
    recoveredAtMs = isFromFault ? first.receivedAtMs : Math.max(first.receivedAtMs, sample.atMs);
    return true;
  }, recoveryLimitMs);
  return recoveredAtMs;
}

async function untilDrained(row: FaultRow, scene: FaultScene): Promise<number | null> {
  if (row.expect.staysBlocked === true) {
    await pause(settleMs);
    await scene.look();
    return null;
  }
  const isDrained = await until(() => scene.isDrained().catch(() => false), row.drainLimitMs ?? drainLimitMs);
  const drainedAtMs = isDrained ? performance.now() : null;
  await until(async () => isWell(await scene.look()), settledLimitMs);
  return drainedAtMs;
}

async function evidenceOf(scene: FaultScene, phases: Phases): Promise<Evidence> {
  const { pool, hosts, consumerId, marker, timeline } = scene;
  const [counted] = await pool.query<{ count: bigint }>(
    "select count from cdc.consumer where id::text = $1",
    [consumerId],
  );
  return {
    phases,
    deeds: scene.deeds,
    timeline: timeline.samples.toSorted((left, right) => left.atMs - right.atMs),
    journal: scene.target.journal,
    neighbour: scene.neighbour.journal,
    neighbourSends: scene.neighbourStream.sends,
    sent: scene.stream.sent,
    truth: await topicTruth(scene.kafka, scene.topic).catch(() => ({ records: [], bounds: [] })),
    account: await readAccount(pool, consumerId),
    count: counted?.count ?? -1n,
    letters: await scene.letters(),
    leaks: await leaksOf(marker, { pool, hosts, consumer: patients, answers: timeline.answers }),
  };
}

function verdictOf(row: FaultRow, evidence: Evidence, findings: readonly string[]): Verdict {
  const { phases, timeline, sent, journal, letters } = evidence;
  const during = timeline.filter(({ atMs }) => atMs >= phases.injectedAtMs && atMs <= phases.quietAtMs);
  const names = during.map(({ state, code }) => (code === null ? state : `${state} (${code})`));
  return {
    id: row.id,
    title: row.title,
    outcome: findings.length === 0 ? "held" : "broken",
    findings,
    records: sent,
    requests: journal.length,
    duplicates: duplicatesOf(journal).length,
    parked: letters.length,
    recoveryMs: recoveryMsOf(evidence, row.expect),
    shown: [...new Set(names)],
    figures: row.figures?.(evidence) ?? null,
  };
}
