// What waiting costs: the CPU of one consumer that has nothing to do, and the memory of a hundred.
import { pause } from "../wait.mjs";

const partitions = 12;
/** After the start, time for what only the start needs. */
const settleMs = 10_000;

function idle(name, count) {
  return {
    name,
    title: `${count} idle consumer(s) in one host`,
    peers: ["gluttony-cell"],
    bound: () => null,
    line: ({ corePercent, rssBytes, startMs }) =>
      `${corePercent.toFixed(2)} % of a core, ${Math.round(rssBytes / 2 ** 20)} MiB, running after ${(startMs / 1_000).toFixed(1)} s`,
    async measure(stage, peer, { size }) {
      const topic = await stage.emptyTopic(partitions);
      const startedMs = performance.now();
      const group = stage.freshName(peer.name);
      const running = await peer.start(stage, {
        topic,
        group,
        slots: 16,
        handler: "post",
        startFrom: "latest",
        count,
      });
      try {
        await running.untilRunning();
        const startMs = performance.now() - startedMs;
        await pause(settleMs);
        const from = { cpuUs: running.process.cpuUs(), atMs: performance.now() };
        await pause(size.idleMs);
        const usedUs = running.process.cpuUs() - from.cpuUs;
        const corePercent = (usedUs / 1_000 / (performance.now() - from.atMs)) * 100;
        const { now, peak } = running.process.resident();
        return {
          corePercent,
          rssBytes: now,
          peakRssBytes: peak,
          startMs,
          processes: running.process.pids().length,
        };
      } finally {
        await running.stop();
      }
    },
  };
}

export const idleRows = [idle("idle-1", 1), idle("idle-100", 100)];
