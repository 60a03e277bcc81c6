// One SIGKILL in the middle of the flow, a restart at once, and what the target then has twice or not at all.
import { drain } from "./drain.mjs";

const slots = 64;
const records = 30_000;
const limitMs = 90_000;

export const killRow = {
  name: "kill",
  title: `one SIGKILL amid ${records} records, 5 ms × ${slots} slots`,
  peers: ["gluttony-cell", "gluttony-inline", "kafkajs", "parallel-consumer", "franz-go"],
  bound: () => null,
  line: ({ duplicates, losses }) => `${duplicates} duplicates, ${losses} losses`,
  async measure(stage, peer) {
    let isKilled = false;
    const during = async ({ running, count }) => {
      if (isKilled || count < records / 3) return;
      isKilled = true;
      await running.process.kill();
      running.restart();
    };
    const figures = await drain(stage, peer, {
      set: { count: records, keys: 5_000, partitions: 12, distribution: "uniform" },
      delay: { delayMinUs: 5_000, delayMaxUs: 5_000 },
      slots,
      windowMs: limitMs,
      during,
    });
    return { ...figures, isKilled };
  },
};
