import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { findJava } from "gluttony/local-stack";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { until } from "../../../support/host.ts";
import { stack } from "../../../support/stack.ts";

const run = promisify(execFile);
const ownBroker = { ownBroker: true } as const;
const noBroker = { state: "recovering", code: /^kafka\./ };

export const kafkaBrokerRows: readonly FaultRow[] = [
  {
    id: "F14",
    title: "the broker is killed and comes back",
    isQuick: true,
    scene: ownBroker,
    holdMs: 9_000,
    inject: (scene) => scene.broker.kill(),
    heal: (scene) => scene.broker.restart(),
    expect: {
      shows: [noBroker],
      stands: true,
      sparesNeighbour: false,
      recoversWithinMs: 15_000,
      duplicatesMax: 100,
    },
  },
  {
    id: "F15",
    title: "the broker is restarted in good order: the coordinator loads its groups anew",
    scene: ownBroker,
    inject: (scene) => scene.broker.restart(),
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 30_000,
      recoversWithinMs: 20_000,
      duplicatesMax: 100,
    },
  },
  {
    id: "F17",
    title: "the network to the broker is cut half open: nothing passes and nobody is told",
    scene: ownBroker,
    holdMs: 25_000,
    inject: async (scene) => scene.proxy.set({ holds: "both" }),
    heal: async (scene) => scene.proxy.set({}),
    expect: {
      shows: [noBroker],
      stands: true,
      sparesNeighbour: false,
      recoversWithinMs: 45_000,
      duplicatesMax: 100,
    },
    check: async (_scene, { timeline, phases }) => {
      const first = timeline.find(({ atMs, state }) => atMs > phases.injectedAtMs && state === "recovering");
      const afterMs = (first?.atMs ?? Number.POSITIVE_INFINITY) - phases.injectedAtMs;
      return afterMs <= 12_000 ? [] : [`K6: shown only after ${Math.round(afterMs / 1_000)} s`];
    },
  },
  {
    id: "F18",
    title: "the connection to the broker breaks every two seconds",
    scene: ownBroker,
    inject: async (scene) => {
      for (let turn = 0; turn < 7; turn += 1) {
        scene.proxy.cut("reset");
        scene.note("cut");
        await scene.pause(2_000);
      }
    },
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 20_000,
      recoversWithinMs: 30_000,
      duplicatesMax: 100,
    },
    check: async (scene, { journal, phases }) => {
      const during = journal.filter(
        ({ receivedAtMs }) => receivedAtMs > phases.injectedAtMs && receivedAtMs < phases.healedAtMs,
      );
      const lines = scene.host.log.split("\n").filter((line) => /"level":"(warn|error)"/.test(line)).length;
      const findings = during.length > 0 ? [] : ["K11: nothing was delivered between the cuts"];
      return lines < 500 ? findings : [...findings, `F18: ${lines} warnings for 7 cuts`];
    },
  },
  {
    id: "F22",
    title: "a commit is applied and its reply is lost",
    scene: { ...ownBroker, perSecond: 100 },
    inject: async (scene) => {
      for (let turn = 0; turn < 5; turn += 1) {
        await scene.pause(700);
        await Promise.race([scene.proxy.cutAfter("down", 40 + turn * 13), scene.pause(3_000)]);
        scene.note("cut behind a few bytes of a reply");
      }
    },
    expect: {
      shows: [],
      sparesNeighbour: false,
      stallMaxMs: 30_000,
      recoversWithinMs: 30_000,
      duplicatesMax: 100,
    },
  },
  {
    id: "F38",
    title: "the broker throttles the client",
    scene: { ...ownBroker, perSecond: 100 },
    inject: async (scene) => {
      await throttle(scene, "consumer_byte_rate=20000");
      await scene.pause(8_000);
    },
    heal: (scene) => throttle(scene, null),
    expect: { shows: [], sparesNeighbour: false, stallMaxMs: 20_000, recoversWithinMs: 30_000 },
    check: async (scene) => {
      const rejoined = scene.host.log
        .split("\n")
        .filter((line) => line.includes("kafka.session_lost")).length;
      return rejoined === 0 ? [] : [`F38: ${rejoined} sessions were lost by throttling`];
    },
  },
  {
    id: "F39",
    title: "no broker is there when the host starts",
    scene: ownBroker,
    holdMs: 9_000,
    inject: async (scene) => {
      await scene.host.kill("SIGTERM");
      await scene.broker.kill();
      scene.host.launch();
      const isUp = await until(async () => (await scene.look()).host !== null, 20_000);
      if (!isUp) scene.note("the API is not there without a broker");
    },
    heal: (scene) => scene.broker.restart(),
    expect: { shows: [noBroker], stands: true, sparesNeighbour: false, recoversWithinMs: 20_000 },
    check: async (_scene, { deeds }) =>
      deeds.filter(({ what }) => what.startsWith("the API is not")).map(({ what }) => `K10: ${what}`),
  },
];

/** Gives every client of the broker a quota, or takes it away again. */
async function throttle(scene: FaultScene, quota: string | null): Promise<void> {
  const { program } = await findJava();
  const change = quota === null ? ["--delete-config", "consumer_byte_rate"] : ["--add-config", quota];
  const command = ["kafka.admin.ConfigCommand", "--bootstrap-server", scene.kafka, "--alter", ...change];
  const place = ["-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", join(stack().libs, "*")];
  await run(program, [...place, ...command, "--entity-type", "clients", "--entity-default"]);
  scene.note(quota ?? "no quota");
}
