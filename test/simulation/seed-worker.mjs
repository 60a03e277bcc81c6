// Runs ranges of seeds in a thread of its own and answers what they came to.
import { parentPort, workerData } from "node:worker_threads";

const { runSeed } = await import(workerData.bundle);

parentPort.on("message", (range) => {
  // A seed that cannot be run ends the worker, and with it the whole command.
  void sumOf(range).then((sum) => parentPort.postMessage(sum));
});

async function sumOf({ from, to }) {
  const sum = { from, to, seeds: 0, voids: 0, events: 0, records: 0, calls: 0, duplicates: 0, failures: [] };
  for (let seed = from; seed <= to; seed += 1) {
    const result = await runSeed(seed);
    sum.seeds += 1;
    sum.voids += result.isVoid ? 1 : 0;
    for (const figure of ["events", "records", "calls", "duplicates"]) sum[figure] += result[figure];
    if (result.violations.length > 0) sum.failures.push({ seed, violations: result.violations });
  }
  return sum;
}
