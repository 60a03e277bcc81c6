// Runs the workers of a fuzz run beside a watchman, and adds up what they say.
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { writeFailure } from "./failures.mjs";
import { decodeInput, roomBytes } from "./inputs.mjs";
import { keepFound, readSeeds } from "./seeds.mjs";

const watchMs = 500;
/** An input that is still running after this time will hardly end: its worker is given up. */
const stuckMs = 5_000;
const reportMs = 30_000;
const heapMb = 1_024;

/** Resolves to whether nothing failed. */
export async function runFuzz(settings, say) {
  const seeds = readSeeds();
  const workers = Array.from({ length: settings.workers }, (_, index) =>
    startWorker({ settings, seeds, index }),
  );
  // What the exploring worker finds is worth trying for the others, too.
  for (const { worker } of workers) {
    worker.on("message", (message) => {
      if (message.kind !== "found") return;
      for (const other of workers) if (other.worker !== worker) other.worker.postMessage(message);
    });
  }
  const report = setInterval(() => say(lineOf(workers, settings)), reportMs);
  const endings = await Promise.all(workers.map((one) => one.ended));
  clearInterval(report);
  say(lineOf(workers, settings));
  for (const ending of endings.filter(({ failure }) => failure !== null)) {
    say(
      `FAILED: ${ending.failure.what}${ending.failure.input === null ? "" : `; ${writeFailure(ending.failure)}`}`,
    );
  }
  const isGood = endings.every(({ failure }) => failure === null);
  if (isGood && settings.grow)
    say(`${keepFound(endings.flatMap(({ found }) => found))} inputs kept in the corpus`);
  return isGood;
}

function startWorker({ settings, seeds, index }) {
  const shared = new SharedArrayBuffer(16 + roomBytes);
  const worker = new Worker(join(import.meta.dirname, "fuzz-worker.mjs"), {
    workerData: { ...settings, seeds, index, shared },
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const state = {
    worker,
    stats: { executions: 0, covered: 0, corpus: 0, seconds: 0, slowestMs: 0 },
    isExplorer: index === 0,
  };
  state.ended = endOf(state, shared);
  return state;
}

/** How a worker ended: by itself, with an error, or given up because one input does not end. */
function endOf(state, shared) {
  const { worker } = state;
  const counters = new Int32Array(shared, 0, 4);
  return new Promise((resolve) => {
    let last = { count: -1, sinceMs: performance.now() };
    const watch = setInterval(() => {
      const count = Atomics.load(counters, 0);
      if (count !== last.count) last = { count, sinceMs: performance.now() };
      else if (performance.now() - last.sinceMs > stuckMs)
        end({ what: `hang: one input took more than ${stuckMs} ms`, input: lastInput(shared) });
    }, watchMs);
    const end = (failure, found = []) => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ failure, found });
    };
    worker.on("message", (message) => {
      if (message.kind === "stats") state.stats = message.stats;
      if (message.kind === "ended") {
        state.stats = message.stats;
        const { failure } = message;
        end(failure === null ? null : withInput(failure), message.found);
      }
    });
    worker.on("error", (error) =>
      end({ what: `crash: ${error.code ?? error.message}`, input: lastInput(shared) }),
    );
  });
}

/** Between threads an input travels as bytes. */
function withInput(failure) {
  return { ...failure, input: failure.input === null ? null : decodeInput(Buffer.from(failure.input)) };
}

/** What the worker was about to run, which it wrote down before. */
function lastInput(shared) {
  const length = new Int32Array(shared, 0, 4)[1];
  return decodeInput(Buffer.from(new Uint8Array(shared, 16, length)));
}

function lineOf(workers, { seed }) {
  const executions = workers.reduce((sum, { stats }) => sum + stats.executions, 0);
  const seconds = Math.max(...workers.map(({ stats }) => stats.seconds), 0.001);
  const [{ stats }] = workers;
  const slowest = Math.max(...workers.map((one) => one.stats.slowestMs));
  return `${executions} executions in ${seconds.toFixed(1)} s, ${Math.round(executions / seconds)} a second; seed ${seed}, ${stats.covered} characters of code covered, ${stats.corpus} inputs in the corpus, slowest ${slowest.toFixed(1)} ms, heap ${workers.map((one) => one.stats.heapMb ?? 0).join(" + ")} MB`;
}
