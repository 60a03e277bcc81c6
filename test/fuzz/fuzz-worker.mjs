// A worker of a fuzz run. The first one explores: it follows the coverage of the code, and keeps inputs that reach something
// new. The others run as fast as they can on what it has found.
import { parentPort, workerData } from "node:worker_threads";
import { Coverage } from "./coverage.mjs";
import { Executor, hangMs } from "./executor.mjs";
import { decodeInput, encodeInput, writeInput } from "./inputs.mjs";
import { MemoryWatch } from "./memory-watch.mjs";
import { Mutator } from "./mutate.mjs";
import { randomOf } from "./random.mjs";

const { seconds, seed, index, shared, plant } = workerData;
const isExplorer = index === 0;
const batchSize = 512;
/** How often a whole comparison is made: it costs as much as several decodings. */
const thoroughEvery = 16;
const hangTries = 3;
/** How often it is asked whether it is time to look at the memory. */
const lookEvery = 64;
const statsMs = 1_000;

// Most inputs are refused by way of an error, and its stack would cost more than all else. A replay shows it.
Error.stackTraceLimit = 0;

const counters = new Int32Array(shared, 0, 4);
const written = new Uint8Array(shared, 16);
const random = randomOf(seed * 1_000 + index);
const executor = new Executor(plant);
const mutator = new Mutator(random);
const memory = new MemoryWatch(seconds * 1_000);
const found = [];
const stats = { executions: 0, slowestMs: 0 };
const startedMs = performance.now();
let failure = null;
let reportedMs = 0;

parentPort.on("message", ({ input }) => mutator.add(decodeInput(Buffer.from(input))));
for (const one of workerData.seeds) mutator.add(decodeInput(Buffer.from(one)));
const coverage = isExplorer ? Coverage.start() : null;
await main();

async function main() {
  run(mutator.inputs());
  coverage?.look();
  coverage?.accept();
  while (failure === null && !isOver()) {
    const batch = Array.from({ length: batchSize }, () => mutator.next());
    if (coverage === null) run(batch);
    else tryAll(batch);
    report();
    // What another worker found comes in between.
    await new Promise(setImmediate);
  }
  coverage?.stop();
  end();
}

/** Runs a batch and, when it reached something new, finds out by halves which of its inputs did. */
function tryAll(inputs) {
  if (isOver()) return;
  run(inputs);
  if (failure !== null || !coverage.look()) return;
  if (inputs.length === 1) {
    coverage.accept();
    keep(inputs[0]);
    return;
  }
  const keptBefore = found.length;
  const middle = Math.ceil(inputs.length / 2);
  tryAll(inputs.slice(0, middle));
  tryAll(inputs.slice(middle));
  // Neither half alone: it was something that the caches had learnt from the inputs before.
  if (found.length === keptBefore) {
    run(inputs);
    if (coverage.look()) coverage.accept();
  }
}

function run(inputs) {
  for (const input of inputs) {
    if (failure !== null) return;
    runOne(input);
    if (stats.executions % lookEvery === 0) failure ??= memory.look(elapsedMs());
  }
}

function runOne(input) {
  counters[1] = writeInput(input, written);
  Atomics.add(counters, 0, 1);
  stats.executions += 1;
  const beganMs = performance.now();
  const wrong = executor.run(input, { isThorough: stats.executions % thoroughEvery === 0 });
  const ms = performance.now() - beganMs;
  if (wrong !== null) failure = { what: wrong, input, plant };
  else if (ms > hangMs) judgeSlow(input, ms);
  else if (ms > stats.slowestMs) stats.slowestMs = ms;
}

/** Only what is slow again and again is a hang: a collection of garbage, or another process, slows down anything once. */
function judgeSlow(input, firstMs) {
  let fastestMs = firstMs;
  for (let attempt = 0; attempt < hangTries; attempt += 1) {
    const beganMs = performance.now();
    executor.run(input, { isThorough: false });
    fastestMs = Math.min(fastestMs, performance.now() - beganMs);
  }
  if (fastestMs > hangMs) failure = { what: `hang: ${fastestMs.toFixed(0)} ms`, input, plant };
  else stats.slowestMs = Math.max(stats.slowestMs, fastestMs);
}

function keep(input) {
  mutator.add(input);
  const bytes = encodeInput(input);
  found.push(bytes);
  parentPort.postMessage({ kind: "found", input: bytes });
}

function report() {
  if (elapsedMs() - reportedMs < statsMs) return;
  reportedMs = elapsedMs();
  parentPort.postMessage({ kind: "stats", stats: snapshot() });
}

function end() {
  const input = failure === null || failure.input === null ? null : encodeInput(failure.input);
  parentPort.postMessage({
    kind: "ended",
    failure: failure === null ? null : { ...failure, input },
    found,
    stats: snapshot(),
  });
  parentPort.close();
}

function snapshot() {
  return {
    ...stats,
    covered: coverage?.size ?? 0,
    corpus: mutator.size,
    seconds: elapsedMs() / 1_000,
    heapMb: memory.heapMb,
  };
}

function isOver() {
  return elapsedMs() >= seconds * 1_000;
}

function elapsedMs() {
  return performance.now() - startedMs;
}
