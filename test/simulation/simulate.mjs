// npm run simulate: runs seeds of the simulation, replays one of them, or runs the planted bugs.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bundle, root } from "./bundle.mjs";
import { plantedBugs, simulatedBugs } from "./planted-bugs.mjs";
import { runPlanted } from "./run-planted.mjs";
import { runRange } from "./run-range.mjs";

const usage = `npm run simulate -- --seeds 1..20000 [--workers 2] [--plant NAME]   seeds of a range
npm run simulate -- --seed 7 [--trace] [--plant NAME]              one seed, with everything that happened
npm run simulate -- --planted [--only NAME …] [--write]            every planted bug until it is caught`;
const reportEvery = 1_000;
const shownMax = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
    plant: { type: "string" },
    planted: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
  },
});
// Beside node_modules, where what the bundle leaves outside is found; one folder per run, so that runs do not meet.
const folder = join(root, "node_modules", ".simulation", String(process.pid));
mkdirSync(folder, { recursive: true });
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  if (values.planted) return planted();
  const file = join(folder, "run-seed.mjs");
  if (values.seed === undefined && values.seeds === undefined) {
    say(usage);
    return false;
  }
  await bundle(join(import.meta.dirname, "run-seed.ts"), file, plantsOf(values.plant));
  return values.seed === undefined ? range(file) : one(file);
}

async function one(file) {
  const { runSeed } = await import(pathToFileURL(file).href);
  const result = await runSeed(wholeNumber(values.seed), values.trace);
  for (const line of result.trace) say(line);
  say(
    `seed ${result.seed}: ${result.records} records, ${result.calls} calls, ${result.duplicates} duplicates, ${(result.virtualMs / 1_000).toFixed(1)} s of virtual time, ${result.events} events, trace ${result.hash}`,
  );
  if (result.isVoid) say("too little happened to prove anything");
  for (const violation of result.violations) say(lineOf(violation));
  return result.violations.length === 0;
}

async function range(file) {
  const [from, to] = rangeOf(values.seeds);
  const startedMs = performance.now();
  const sum = { seeds: 0, voids: 0, events: 0, records: 0, calls: 0, duplicates: 0, failed: 0 };
  let reported = 0;
  const report = () => {
    const seconds = (performance.now() - startedMs) / 1_000;
    say(
      `${String(sum.seeds).padStart(7)} seeds  ${sum.failed} failed  ${sum.voids} void  ${sum.records} records  ${sum.calls} calls  ${sum.duplicates} duplicates  ${(sum.seeds / seconds).toFixed(1)} seeds/s`,
    );
  };
  await runRange({ from, to, workers: wholeNumber(values.workers), bundle: file }, (chunk) => {
    for (const figure of ["seeds", "voids", "events", "records", "calls", "duplicates"])
      sum[figure] += chunk[figure];
    for (const failure of chunk.failures) {
      sum.failed += 1;
      if (sum.failed <= shownMax) showFailure(failure);
    }
    if (Math.floor(sum.seeds / reportEvery) > reported) {
      reported = Math.floor(sum.seeds / reportEvery);
      report();
    }
    return true;
  });
  if (sum.seeds % reportEvery !== 0) report();
  // Where most runs prove nothing the figure of those without a violation says nothing.
  if (sum.voids * 5 > sum.seeds) say("more than one seed in five is void");
  return sum.failed === 0 && sum.voids * 5 <= sum.seeds;
}

function showFailure({ seed, violations }) {
  say(`seed ${seed} failed:`);
  for (const violation of violations.slice(0, 3)) say(`  ${lineOf(violation)}`);
  const plant = values.plant === undefined ? "" : ` --plant ${values.plant}`;
  say(`  npm run simulate -- --seed ${seed} --trace${plant}`);
}

function planted() {
  const unknown = values.only.filter((name) => !plantedBugs.some((bug) => bug.name === name));
  if (unknown.length > 0) throw new Error(`no such planted bug: ${unknown.join(", ")}`);
  const workers = wholeNumber(values.workers);
  return runPlanted({ names: values.only, workers, folder, isWritten: values.write, say });
}

function plantsOf(name) {
  if (name === undefined) return [];
  const bug = simulatedBugs.find((candidate) => candidate.name === name);
  if (bug === undefined) throw new Error(`one of: ${simulatedBugs.map((one) => one.name).join(", ")}`);
  return [bug];
}

function rangeOf(text) {
  const parts = text.split("..").map(wholeNumber);
  if (parts.length !== 2 || parts[0] > parts[1]) throw new Error("a range of seeds is written 1..1000");
  return parts;
}

function wholeNumber(text) {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`not a whole number: ${text}`);
  return Number(text);
}

function lineOf({ check, atMs, text }) {
  return `${check} at ${(atMs / 1_000).toFixed(3)} s: ${text}`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
