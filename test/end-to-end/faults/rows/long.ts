import { childrenOf } from "../../../support/faults/child-processes.ts";
import { duplicatesOf } from "../../../support/faults/checkers.ts";
import type { Evidence } from "../../../support/faults/evidence.ts";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { accepts, type Behaviour } from "../../../support/faults/faulty-target.ts";
import { type TestHost, until } from "../../../support/host.ts";
import { randomOf } from "../../../support/patient-workload.ts";

const seed = Number(process.env["SEED"] ?? 7);
const kills = Number(process.env["KILLS"] ?? 200);
/** Milliseconds between two kills, at most. */
const spacingMs = Number(process.env["KILL_SPACING_MS"] ?? 600);
const churnMs = Number(process.env["CHURN_SECONDS"] ?? 60) * 1_000;
const concurrency = 8;
const hostCount = 2;
/** Milliseconds that the target takes, so that something is in flight whenever somebody is killed. */
const answerMs = 30;

/** Announcements change nothing at the target; only the step that is never run twice does. */
const registers: Behaviour = ({ path }) => ({ applies: path.endsWith("/register"), delayMs: answerMs });

export const longRows: readonly FaultRow[] = [
  {
    id: "kills",
    title: `${kills} kills of hosts, cells and the broker in turn`,
    isLong: true,
    limitMs: 900_000 + kills * 20_000,
    drainLimitMs: 300_000,
    scene: {
      ownBroker: true,
      hosts: hostCount,
      partitions: 4,
      perSecond: 30,
      subjects: 400,
      behaviour: registers,
      delivery: { concurrency },
      plugin: { folder: "registers-once", handlerFunc: "npm:@fixtures/registers-once@^1" },
    },
    inject: killInTurn,
    heal: async (scene) => {
      for (const host of scene.hosts) if (!host.isRunning) await host.start();
    },
    // The step that is never run twice is what counts as applied, so nothing at all may be applied twice.
    expect: {
      shows: [],
      sparesNeighbour: false,
      parked: "any",
      duplicatesMax: 0,
      stallMaxMs: 120_000,
      recoversWithinMs: 60_000,
    },
    figures: (evidence) => {
      const { killed, again, most, parked } = killFigures(evidence);
      return `${killed} kills (seed ${seed}): ${again} announcements came again, of at most ${most} in flight; ${parked} parked because the step's outcome was unknown`;
    },
    check: async (_scene, evidence) => {
      const { killed, again, most, parked } = killFigures(evidence);
      const codes = evidence.letters.filter(
        ({ code }) => !/^(once\.outcome_unknown|plugin\.crashed)$/.test(code),
      );
      return [
        ...(killed >= kills ? [] : [`void: ${killed} kills`]),
        ...(again <= most ? [] : [`K3: ${again} announcements came again, ${most} were in flight`]),
        ...(parked <= most ? [] : [`K1: ${parked} parked, ${most} were in flight`]),
        ...codes.slice(0, 1).map(({ code }) => `K1: a letter says ${code}`),
      ];
    },
  },
  {
    id: "churn",
    title:
      "hosts stop and start in good order under load: all at once, one after another, and for a while at random",
    isLong: true,
    limitMs: 900_000 + churnMs * 4,
    scene: {
      hosts: 3,
      partitions: 6,
      perSecond: 60,
      behaviour: () => ({ applies: true, delayMs: answerMs }),
    },
    inject: async (scene) => {
      const random = randomOf(seed);
      await Promise.all(scene.hosts.map((host) => stop(scene, host)));
      await Promise.all(scene.hosts.map((host) => host.start()));
      for (let round = 0; round < 2; round += 1) for (const host of scene.hosts) await bounce(scene, host, 0);
      const endMs = performance.now() + churnMs;
      while (performance.now() < endMs) {
        const host = scene.hosts[Math.floor(random() * scene.hosts.length)];
        if (host !== undefined) await bounce(scene, host, random() * 1_500);
        await scene.pause(random() * 2_000);
      }
    },
    heal: async (scene) => scene.target.behave(accepts),
    expect: {
      shows: [],
      sparesNeighbour: false,
      duplicatesMax: 0,
      stallMaxMs: 45_000,
      recoversWithinMs: 30_000,
    },
    figures: ({ deeds, journal }) =>
      `${stopsOf(deeds).length} clean stops (seed ${seed}): ${duplicatesOf(journal).length} of ${journal.length} requests came again`,
    check: async (_scene, { deeds }) => {
      const stops = stopsOf(deeds);
      const unclean = stops.filter(({ what }) => !what.endsWith("with 0"));
      if (stops.length < 12) return [`void: ${stops.length} stops`];
      return unclean.map(({ what }) => `F05: ${what}`);
    },
  },
];

function stopsOf(deeds: Evidence["deeds"]): Evidence["deeds"] {
  return deeds.filter(({ what }) => what.startsWith("stopped"));
}

async function stop(scene: FaultScene, host: TestHost): Promise<void> {
  await host.kill("SIGTERM");
  scene.note(`stopped ${host.env["GLUTTONY_HOST_ID"]} with ${host.ended.code}`);
}

async function bounce(scene: FaultScene, host: TestHost, awayMs: number): Promise<void> {
  await stop(scene, host);
  await scene.pause(awayMs);
  await host.start();
}

/** Milliseconds in which the mark is surely saved: its beat, and what a busy machine needs for it. */
const saveMs = 500;

/** What a run of kills came to. At most what was in flight at each kill may come again, and what had just ended. */
function killFigures({ deeds, journal, letters }: Evidence) {
  const killed = deeds.filter(({ what }) => what.startsWith("killed"));
  const announced = journal.filter(({ path }) => path.endsWith("/announce"));
  const registered = journal.filter(({ path }) => path.endsWith("/register"));
  const again = duplicatesOf(announced.map((entry) => ({ ...entry, isApplied: true }))).length;
  const most = killed.reduce((sum, { atMs, what }) => {
    if (what.includes("broker")) return sum + concurrency * hostCount;
    if (!what.includes("killed host")) return sum + concurrency;
    const ended = registered.filter(
      ({ finishedAtMs }) => finishedAtMs !== null && finishedAtMs <= atMs && finishedAtMs > atMs - saveMs,
    );
    return sum + concurrency + ended.length;
  }, 0);
  return { killed: killed.length, again, most, parked: letters.length };
}

type Victim = (scene: FaultScene, random: () => number) => Promise<void>;

/** One round: what was killed comes back while the next is killed, and the round's end meets a system that flows. */
const victims: readonly Victim[] = [
  (scene) => killHost(scene, 0),
  killCell,
  (scene) => killHost(scene, 1),
  killCell,
  killBroker,
];

async function killInTurn(scene: FaultScene): Promise<void> {
  const random = randomOf(seed);
  const killed = (): number => scene.deeds.filter(({ what }) => what.startsWith("killed")).length;
  for (let round = 1; killed() < kills && round < kills; round += 1) {
    for (const victim of victims) {
      await victim(scene, random);
      await scene.pause(random() * spacingMs);
    }
    const flows = await scene.untilApplied(20, 60_000);
    if (!flows) scene.note("nothing flowed for a minute");
    if (round % 5 === 0) console.info(`${killed()} kills`);
  }
}

async function killHost(scene: FaultScene, at: number): Promise<void> {
  const host = scene.hosts[at];
  if (host === undefined) throw new Error(`no host ${at}`);
  scene.note(`killed host-${at + 1}`);
  await host.kill("SIGKILL");
  host.launch();
}

async function killBroker(scene: FaultScene): Promise<void> {
  scene.note("killed the broker");
  await scene.broker.kill();
  await scene.broker.restart();
}

/** Ends one of the processes that a host runs handlers in. */
async function killCell(scene: FaultScene, random: () => number): Promise<void> {
  const host = scene.hosts[Math.floor(random() * scene.hosts.length)];
  if (host === undefined) return;
  await until(async () => (await childrenOf(host)).length > 0, 15_000);
  const cells = await childrenOf(host);
  const cell = cells[Math.floor(random() * cells.length)];
  if (cell === undefined) return;
  try {
    process.kill(cell, "SIGKILL");
  } catch {
    return;
  }
  scene.note(`killed a cell of ${host.env["GLUTTONY_HOST_ID"]}`);
  await until(async () => !(await childrenOf(host)).includes(cell), 5_000);
}
