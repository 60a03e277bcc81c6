import { childrenNaming } from "../../../support/faults/child-processes.ts";
import type { FaultRow, SceneWish } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { until } from "../../../support/host.ts";

const zoo: SceneWish = {
  plugin: { folder: "misbehaves", handlerFunc: "npm:@fixtures/misbehaves@^1" },
  delivery: { deadlineMs: 1_500, graceMs: 1_000, attemptsMax: 2 },
};
/** What the target had when a cell was ended comes once more, under the same key. */
const afterDeaths = { duplicatesMax: 60, recoversWithinMs: 20_000, stallMaxMs: 30_000 } as const;

const quarantined = { state: "blocked", code: "plugin.quarantined" } as const;

export const pluginRows: readonly FaultRow[] = [
  {
    id: "F85",
    title: "a handler loops without end",
    isQuick: true,
    scene: zoo,
    inject: (scene) => misbehave(scene, ["loop", "loop"]),
    expect: { ...afterDeaths, shows: [], parked: 2 },
    check: lettersAre(/^handler\.deadline$/),
  },
  {
    id: "F86",
    title: "a handler fills the heap",
    scene: { ...zoo, delivery: { ...zoo.delivery, deadlineMs: 20_000 } },
    inject: (scene) => misbehave(scene, ["grow-heap"]),
    expect: { ...afterDeaths, shows: [], parked: 1 },
    check: lettersAre(/^plugin\.(crashed|memory)$/),
  },
  {
    id: "F87",
    title: "a handler hoards buffers outside of the heap",
    scene: { ...zoo, delivery: { ...zoo.delivery, deadlineMs: 20_000 } },
    inject: (scene) => misbehave(scene, ["grow-buffers"]),
    expect: { ...afterDeaths, shows: [], parked: 1 },
    check: lettersAre(/^plugin\.(crashed|memory)$/),
  },
  {
    id: "F88",
    title: "a handler ends its process",
    scene: zoo,
    inject: (scene) => misbehave(scene, ["exit"]),
    expect: { ...afterDeaths, shows: [], parked: 1 },
    check: lettersAre(/^plugin\.crashed$/),
  },
  {
    id: "F88b",
    title: "a handler tries to kill the host",
    scene: zoo,
    inject: (scene) => misbehave(scene, ["kill-parent"]),
    expect: { ...afterDeaths, shows: [], parked: "any" },
    check: async (scene) => (scene.host.isRunning ? [] : ["F88b: the host was killed by a plugin"]),
  },
  {
    id: "F89",
    title: "a handler throws null, a text, a cycle, an error that cannot be read",
    scene: zoo,
    inject: (scene) => misbehave(scene, ["throw-null", "reject-text", "throw-cycle", "throw-getter"]),
    expect: { shows: [], parked: 4 },
    check: lettersAre(/^handler\.(threw|record)$/),
  },
  {
    id: "F90",
    title: "a handler never settles, or settles after it was given up",
    scene: zoo,
    inject: (scene) => misbehave(scene, ["never", "settle-late"]),
    expect: { ...afterDeaths, shows: [], parked: "any" },
    check: async (_scene, { letters }) =>
      letters.length >= 1 && letters.every(({ code }) => code === "handler.deadline")
        ? []
        : [`F90: letters ${letters.map(({ code }) => code).join(", ")}`],
  },
  {
    id: "F91",
    title: "a handler rejects a promise after it has succeeded",
    scene: zoo,
    inject: async (scene) => {
      await misbehave(scene, ["reject-later"]);
    },
    expect: { ...afterDeaths, shows: [], parked: 0 },
  },
  {
    id: "F95",
    title: "a plugin's process dies again and again, and no record is to blame",
    scene: zoo,
    holdMs: 8_000,
    inject: async (scene) => {
      for (let turn = 0; turn < 12; turn += 1) {
        const [cell] = await childrenNaming(scene.host, scene.host.env["GLUTTONY_DATA_DIR"] ?? "");
        if (cell !== undefined) endCell(scene, cell);
        const isQuarantined = await scene.untilShown([quarantined], 2_500);
        if (isQuarantined) return;
      }
    },
    heal: async (scene) => {
      await scene.switchTo(false);
      await scene.switchTo(true);
    },
    expect: {
      shows: [quarantined],
      duplicatesMax: 12 * 8,
      recoversWithinMs: 20_000,
      stallMaxMs: 45_000,
    },
    check: async (_scene, { letters }) =>
      letters.length === 0 ? [] : [`K1: ${letters.length} records are parked for a plugin that is bad`],
  },
];

function endCell(scene: FaultScene, pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
    scene.note("ended the plugin's process");
  } catch {
    scene.note("the plugin's process was gone");
  }
}

/** Writes records whose rows tell the handler what to do, and waits until each has come to its end. */
async function misbehave(scene: FaultScene, deeds: readonly string[]): Promise<void> {
  for (const deed of deeds) {
    const change = scene.stream.nextChange();
    const row = {
      patient_id: change.subject,
      name: scene.marker,
      mobile: `100${String(change.version).padStart(8, "0")}`,
      do: deed,
    };
    scene.note(`sent a row that says ${deed}`);
    await scene.stream.write([scene.stream.messageOf({ ...change, row })]);
    const isOver = (): boolean =>
      scene.target.journal.some(
        ({ subject, version }) => subject === change.subject && version >= change.version,
      );
    await until(async () => isOver() || (await scene.letters()).length >= deeds.indexOf(deed) + 1, 40_000);
  }
  await scene.pause(3_000);
}

function lettersAre(code: RegExp): NonNullable<FaultRow["check"]> {
  return async (_scene, { letters }) =>
    letters.filter((letter) => !code.test(letter.code)).map((letter) => `K1: a letter says ${letter.code}`);
}
