// The target alone under a load generator: whether it limits anybody.
import { paceOf, readJournal } from "../ledger.mjs";
import { pause } from "../wait.mjs";

const loadMs = 3_000;

function control(name, { fromMs, toMs, slots }) {
  const meanMs = (fromMs + toMs) / 2;
  return {
    name,
    title: `target alone, ${fromMs === toMs ? toMs : `${fromMs} to ${toMs}`} ms × ${slots} connections`,
    peers: ["load-generator"],
    /** By the time that was asked for, not the one that was given: this row shows the target's own limits. */
    bound: (figures) => (meanMs > 0 ? (slots / meanMs) * 1_000 : figures.perSecond),
    measure: async (stage, peer) => {
      await stage.target.set({ delayMinUs: fromMs * 1_000, delayMaxUs: toMs * 1_000 });
      const running = await peer.start(stage, { slots });
      try {
        await pause(loadMs);
      } finally {
        await running.stop();
      }
      return paceOf(readJournal(await stage.target.journal()));
    },
  };
}

export const controlRows = [
  control("control-0ms", { fromMs: 0, toMs: 0, slots: 64 }),
  control("control-50ms", { fromMs: 50, toMs: 50, slots: 256 }),
  control("control-readme", { fromMs: 0, toMs: 5, slots: 100 }),
];
