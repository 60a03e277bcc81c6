import { fileURLToPath } from "node:url";
import { duplicatesOf } from "../../../support/faults/checkers.ts";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { accepts } from "../../../support/faults/faulty-target.ts";
import { whileCommitsAreHeld } from "../../../support/faults/held-commits.ts";
import { type TestHost, until } from "../../../support/host.ts";

/** Session time-out of the group and three seconds, and what a busy machine needs to start. */
const takeoverLimitMs = 12_000 + 3_000 + 3_000;
const pair = { hosts: 2, partitions: 1 } as const;
const crashPoint = fileURLToPath(new URL("../../../fixtures/faults/crash-on-signal.mjs", import.meta.url));
const crashEnv = { NODE_OPTIONS: `--import=${crashPoint}` };
/** Killed or stopped, the one host that there is cannot answer. */
const gone = { state: "unreachable" };

export const hostRows: readonly FaultRow[] = [
  {
    id: "F01",
    title: "a host is killed in the middle of a batch, before any reply",
    scene: pair,
    isQuick: true,
    inject: async (scene) => {
      const { owner } = await scene.owner();
      scene.target.behave(() => ({ applies: false, ending: "never" }));
      await untilInFlight(scene, 5);
      // What was answered before is remembered by then, also on a busy machine.
      await scene.pause(1_500);
      await kill(scene, owner);
      scene.target.behave(accepts);
    },
    expect: {
      shows: [],
      stands: true,
      sparesNeighbour: false,
      recoversFrom: "fault",
      recoversWithinMs: takeoverLimitMs,
    },
  },
  {
    id: "F02",
    title: "a host is killed after the target's 200 and before the commit",
    scene: pair,
    inject: async (scene) => {
      const { owner } = await scene.owner();
      await whileCommitsAreHeld(scene, async () => {
        await scene.untilApplied(10);
        await kill(scene, owner);
      });
    },
    expect: {
      shows: [],
      stands: true,
      sparesNeighbour: false,
      recoversFrom: "fault",
      recoversWithinMs: takeoverLimitMs,
      duplicatesMax: 60,
    },
    check: async (_scene, { journal }) =>
      duplicatesOf(journal).length > 0 ? [] : ["void: nothing was applied before the kill and not committed"],
  },
  {
    id: "F03",
    title: "a host is killed between a dead letter's insert and the commit",
    scene: pair,
    inject: async (scene) => {
      const { owner } = await scene.owner();
      const poison = scene.stream.nextChange();
      scene.target.behave(({ subject, version }) =>
        subject === poison.subject && version === poison.version
          ? { applies: false, status: 422, body: "{}" }
          : { applies: true },
      );
      await whileCommitsAreHeld(scene, async () => {
        await scene.stream.write([scene.stream.messageOf(poison)]);
        await until(async () => (await scene.letters()).length > 0, 15_000);
        await kill(scene, owner);
      });
    },
    expect: {
      shows: [],
      stands: true,
      sparesNeighbour: false,
      recoversFrom: "fault",
      recoversWithinMs: takeoverLimitMs,
      duplicatesMax: 200,
      parked: 1,
    },
  },
  {
    id: "F04",
    title: "a host is killed while it creates, changes and deletes a consumer",
    scene: { hosts: 2, partitions: 1 },
    inject: async (scene) => {
      const { others } = await scene.owner();
      const [other] = others;
      if (other === undefined) return;
      for (const [turn, killAfterMs] of [0, 5, 15, 40].entries()) {
        const asked = write(other, turn).catch(() => undefined);
        await scene.pause(killAfterMs);
        await kill(scene, other);
        await asked;
        await other.start();
      }
    },
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 45_000,
      recoversWithinMs: 60_000,
      duplicatesMax: 100,
    },
    check: (scene) => halfWritten(scene),
  },
  {
    id: "F05",
    title: "a host is asked to stop under load",
    isQuick: true,
    inject: async (scene) => {
      const stopped = scene.host.kill("SIGTERM");
      const isUnready = await until(async () => !(await isReady(scene.host)), 1_000);
      if (!isUnready) scene.note("still ready a second after SIGTERM");
      await stopped;
      scene.note(`ended ${JSON.stringify(scene.host.ended)}`);
    },
    holdMs: 3_000,
    heal: (scene) => scene.host.start(),
    expect: { shows: [gone], stands: true, sparesNeighbour: false, recoversWithinMs: 15_000 },
    check: async (_scene, { deeds }) => {
      const said = deeds.map(({ what }) => what);
      const isClean = said.some((what) => what.includes('"code":0'));
      const findings = isClean ? [] : ["F05: the exit code is not 0"];
      return said.some((what) => what.includes("still ready"))
        ? [...findings, "F05: stayed ready"]
        : findings;
    },
  },
  {
    id: "F06",
    title: "a host cannot drain: once in its own time, once told a second time",
    scene: { handler: { events: { delete: "ignore" }, timeoutMs: 60_000 }, delivery: { deadlineMs: 90_000 } },
    inject: async (scene) => {
      scene.target.behave(() => ({ applies: false, ending: "never" }));
      await untilInFlight(scene, 5);
      await scene.host.kill("SIGTERM");
      scene.note(
        `ended by itself ${JSON.stringify(scene.host.ended)}: ${abandonedKeys(scene.host.log)} keys`,
      );
      const told = scene.host.log.length;
      await scene.host.start();
      await untilInFlight(scene, 5);
      scene.host.signal("SIGTERM");
      await scene.pause(1_000);
      await scene.host.kill("SIGTERM");
      const said = abandonedKeys(scene.host.log.slice(told));
      scene.note(`ended at once ${JSON.stringify(scene.host.ended)}: ${said} keys`);
    },
    holdMs: 3_000,
    heal: async (scene) => {
      scene.target.behave(accepts);
      await scene.host.start();
    },
    // Started anew in between, it says that it waits for its target only when the first request has failed.
    expect: { shows: [gone], sparesNeighbour: false, recoversWithinMs: takeoverLimitMs, stallMaxMs: 45_000 },
    check: async (_scene, { deeds }) => {
      const ends = deeds.filter(({ what }) => what.startsWith("ended "));
      const silent = ends.filter(({ what }) => !/"code":[1-9]\d*,.*: [1-9]\d* keys$/.test(what));
      return [
        ...(ends.length === 2 ? [] : [`void: ${ends.length} ends`]),
        ...silent.map(({ what }) => `F06: ${what}`),
      ];
    },
  },
  {
    id: "F07",
    title: "a host is stopped beyond its session and goes on later: it must send nothing more",
    scene: pair,
    inject: async (scene) => {
      const { owner } = await scene.owner();
      // Slow answers, so that a turn of work is under way when the host goes on.
      scene.target.behave(() => ({ applies: true, delayMs: 100 }));
      await scene.pause(1_000);
      owner.signal("SIGSTOP");
      scene.note(`stopped ${owner.env["GLUTTONY_HOST_ID"]}`);
      await until(() => isServedByOther(scene, owner), 30_000);
      scene.note("taken over");
      await scene.pause(2_000);
      owner.signal("SIGCONT");
      scene.note("went on");
      await scene.pause(6_000);
    },
    heal: async (scene) => scene.target.behave(accepts),
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 25_000,
      duplicatesMax: 60,
      recoversWithinMs: 30_000,
    },
    check: async (_scene, { deeds, journal }) => {
      const zombie = deeds.find(({ what }) => what.startsWith("stopped"))?.what.split(" ")[1] ?? "";
      const goneOn = deeds.find(({ what }) => what === "went on")?.atMs ?? 0;
      const takenOver = deeds.find(({ what }) => what === "taken over");
      if (takenOver === undefined) return ["void: nobody took over"];
      // It may be given the partition again later, as a new member; but the first moments are the zombie's.
      const sends = journal.filter(
        ({ path, receivedAtMs }) =>
          path.includes(zombie) && receivedAtMs > takenOver.atMs && receivedAtMs < goneOn + 700,
      );
      return sends.length === 0 ? [] : [`K2: ${sends.length} requests of a host that had lost its lease`];
    },
  },
  {
    id: "F10",
    title: "an error nobody caught, then a rejection nobody handled, in the host itself",
    scene: { env: crashEnv },
    inject: async (scene) => {
      await crash(scene, "error");
      await crash(scene, "rejection");
    },
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 40_000,
      recoversWithinMs: 30_000,
      duplicatesMax: 120,
    },
    check: async (_scene, { deeds }) =>
      deeds.filter(({ what }) => /^ended .*"code":[1-9]/.test(what)).length === 2
        ? []
        : ["F10: the host did not end with a code"],
  },
  {
    id: "F13",
    title: "a second host is started under the same id",
    inject: async (scene) => {
      const twin = await scene.addHost({ GLUTTONY_HOST_ID: "host-1", EMPI_HOST: `${scene.target.url}/twin` });
      await twin.start().catch(() => undefined);
      scene.note(twin.isRunning ? "the twin runs" : `the twin ended with ${twin.ended.code}`);
      await scene.pause(8_000);
      const seen = new Set((await scene.look()).hosts.map(({ hostId }) => hostId));
      scene.note(`the API names ${seen.size} hosts`);
    },
    heal: async (scene) => {
      await scene.hosts[1]?.kill("SIGTERM");
    },
    expect: { shows: [], sparesNeighbour: false, stallMaxMs: 20_000, recoversWithinMs: 30_000 },
    check: async (_scene, { deeds }) =>
      deeds.some(({ what }) => /^(the twin ended|the API names 2)/.test(what))
        ? []
        : ["F13: two hosts run under one id, and nobody is told"],
  },
];

async function kill(scene: FaultScene, host: TestHost): Promise<void> {
  await host.kill("SIGKILL");
  scene.note(`killed ${host.env["GLUTTONY_HOST_ID"]}`);
}

async function crash(scene: FaultScene, kind: "error" | "rejection"): Promise<void> {
  const doomed = scene.hosts.at(-1);
  if (doomed === undefined) return;
  doomed.signal("SIGUSR2");
  await until(() => !doomed.isRunning, 10_000);
  scene.note(`ended ${JSON.stringify(doomed.ended)} by ${kind}`);
  const next = await scene.addHost({ FAULT_KIND: "rejection", FAULT_TEXT: scene.marker });
  await next.start();
  await scene.untilApplied(20);
}

/** Keys that a host said it left in flight; each as a hash. */
function abandonedKeys(log: string): number {
  const lines = log.split("\n").filter((line) => line.includes('"delivery.abandoned"'));
  const lists = lines.map((line) => /"subjects":"([^"]*)"/.exec(line)?.[1] ?? "");
  return lists.flatMap((list) => list.split(" ")).filter((hash) => /^[\w-]{8,}$/.test(hash)).length;
}

/** Requests that the target has and has not answered. */
async function untilInFlight(scene: FaultScene, count: number): Promise<void> {
  await until(
    () => scene.target.journal.filter(({ finishedAtMs }) => finishedAtMs === null).length >= count,
    10_000,
  );
}

function isServedByOther(scene: FaultScene, host: TestHost): boolean {
  const last = scene.target.journal.at(-1);
  return last !== undefined && !last.path.includes(host.env["GLUTTONY_HOST_ID"] ?? "");
}

async function isReady(host: TestHost): Promise<boolean> {
  return fetch(`${host.url}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Creates, changes or deletes a consumer that is switched off, so that only the row is at stake. */
async function write(host: TestHost, turn: number): Promise<void> {
  const url = `${host.url}/api/v1/consumers`;
  const body = { name: "written", handler_func: "empi", topic: "nowhere", group: "nobody", is_valid: false };
  const headers = { "content-type": "application/json" };
  const seen = await fetch(`${url}/written`);
  const ifMatch = { ...headers, "if-match": seen.headers.get("etag") ?? '"0"' };
  if (seen.status !== 200) {
    await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  } else if (turn % 3 === 2) {
    await fetch(`${url}/written`, { method: "DELETE", headers: { "if-match": ifMatch["if-match"] } });
  } else {
    const changed = { ...body, topic: `nowhere-${turn}` };
    await fetch(`${url}/written`, { method: "PUT", headers: ifMatch, body: JSON.stringify(changed) });
  }
}

/** Rows whose latest revision is not what the table holds. */
async function halfWritten(scene: FaultScene): Promise<readonly string[]> {
  const rows = await scene.pool.query<{ name: string }>(
    `select coalesce(c.name, last."row"->>'name') as name from cdc.consumer_head head
     join cdc.consumer_revision last on last.consumer_id = head.consumer_id and last.revision = head.revision
     left join cdc.consumer c on c.id::text = head.consumer_id
     where (last.operation = 'delete') <> (c.id is null)
       or (c.id is not null and cdc.consumer_snapshot(c) is distinct from last."row")`,
  );
  return rows.map(({ name }) => `K10: ${name} was written by half`);
}
