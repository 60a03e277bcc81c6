// Spreads a range of seeds over threads.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const chunkSeeds = 8;
/** A seed leaves much behind that is soon forgotten: a young generation of this size takes a tenth off its cost. */
const youngMegabytes = 96;

/**
 * Runs seeds `from` to `to`. `onChunk` is told of every finished piece and answers whether to go on. Figures are
 * the same however many threads there are; only the order in which pieces are told differs.
 */
export async function runRange({ from, to, workers, bundle }, onChunk) {
  let next = from;
  let isStopped = false;
  const runWorker = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(join(import.meta.dirname, "seed-worker.mjs"), {
        workerData: { bundle: pathToFileURL(bundle).href },
        execArgv: ["--enable-source-maps"],
        resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
      });
      const give = () => {
        if (isStopped || next > to) {
          void worker.terminate().then(resolve);
          return;
        }
        const chunk = { from: next, to: Math.min(to, next + chunkSeeds - 1) };
        next = chunk.to + 1;
        worker.postMessage(chunk);
      };
      worker.on("message", (sum) => {
        if (!onChunk(sum)) isStopped = true;
        give();
      });
      worker.on("error", reject);
      give();
    });
  await Promise.all(Array.from({ length: workers }, runWorker));
}
