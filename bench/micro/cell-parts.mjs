// What the benches of real cells share: one core for host and cells, a host on a plugin's folder, records, and the
// processor time and memory of processes as the kernel counts them.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPluginHost } from "@gluttony/core";
import { treeOf } from "../machine.mjs";

const pinned = "GLUTTONY_BENCH_PINNED";
const made = 1_024;

/** Whether this process and what it starts have core 0 to themselves. */
export const isPinned = process.env[pinned] !== undefined;

/** Runs the script at the URL again on core 0, where that can be had, and ends as it does. */
export function runOnOneCore(url) {
  if (isPinned || spawnSync("taskset", ["-c", "0", "true"]).status !== 0) return;
  const args = ["-c", "0", process.execPath, ...process.execArgv, fileURLToPath(url)];
  const { status } = spawnSync("taskset", args, { stdio: "inherit", env: { ...process.env, [pinned]: "1" } });
  process.exit(status ?? 1);
}

/** A plugin host without a database, whose plugins may call what is given. */
export function benchHost(targets, env = {}) {
  return createPluginHost(
    { targets, once: noLedger(), releases: noReleases(), log: quietLog() },
    {
      firstParty: { from: new URL(import.meta.url), packages: {} },
      env,
      storeDir: "/nowhere",
      devMode: true,
    },
  );
}

/** The bench's own plugin. */
export const pluginFolder = fileURLToPath(new URL("plugin", import.meta.url));

/** Made beforehand: to make a record costs more than to send it. The rows' longest text has this many characters. */
export function recordsOf(textCharacters) {
  const text = "x".repeat(textCharacters);
  return Array.from({ length: made }, (_, index) => recordOf(index + 1, text));
}

/** A consumer of one of the plugin's handlers. */
export function consumerOf(handler, config = {}) {
  const deadlines = { deadlineMs: 30_000, graceMs: 30_000 };
  return { id: handler, name: handler, revision: 1n, handler, config, ...deadlines };
}

/** Keeps a fixed number of attempts in flight until all are answered. */
export function pump(cell, consumer, { records, total, inFlightMax }) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let ended = 0;
    const next = () => {
      started += 1;
      const idempotencyKey = `bench/t/0/${started}`;
      const request = { record: records[started % records.length], consumer, attempt: 1, idempotencyKey };
      cell.attempt(request).then((result) => {
        if (result.kind !== "done") reject(new Error(JSON.stringify(result)));
        ended += 1;
        if (ended === total) resolve();
        else if (started < total) next();
      }, reject);
    };
    for (let slot = 0; slot < Math.min(inFlightMax, total); slot += 1) next();
  });
}

/** Seconds, and microseconds of processor time of host and cell, that the work took. */
export async function measured(cell, work) {
  const { pid } = cell.observe();
  const before = { host: cpuMicros(process.pid), cell: treeMicros(pid), at: performance.now() };
  await work();
  return {
    seconds: (performance.now() - before.at) / 1_000,
    host: cpuMicros(process.pid) - before.host,
    cell: treeMicros(pid) - before.cell,
  };
}

/** Processor time of all threads of a process, from the kernel's scheduler. */
export function cpuMicros(pid) {
  let nanos = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanos += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ")[0]);
  }
  return nanos / 1_000;
}

/** The same of a process and of all below it: in a fence, the cell is a child of the process that was started. */
function treeMicros(pid) {
  return treeOf(pid).reduce((sum, one) => sum + cpuMicros(one), 0);
}

/** Bytes that a process and all below it hold alone, and their share of what they hold together with others. */
export function memoryOf(pid) {
  const sum = { privateBytes: 0, proportionalBytes: 0 };
  for (const one of treeOf(pid)) {
    const text = readFileSync(`/proc/${one}/smaps_rollup`, "latin1");
    const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    sum.privateBytes += (kib("Private_Clean") + kib("Private_Dirty")) * 1_024;
    sum.proportionalBytes += kib("Pss") * 1_024;
  }
  return sum;
}

function recordOf(id, text) {
  const row = {
    id,
    name: `name-${id}`,
    born: "1980-01-01",
    text,
    city: "here",
    updated: id,
  };
  const source = {
    version: "3.0.0",
    connector: "postgresql",
    name: "bench",
    ts_ms: 1_700_000_000_000,
    snapshot: "false",
    db: "his",
    sequence: `["${id}","${id}"]`,
    schema: "public",
    table: "patient",
    txId: id,
    lsn: 24_023_128,
  };
  const value = { before: null, after: row, source, op: "c", ts_ms: 1_700_000_000_001, transaction: null };
  return {
    topic: "bench.public.patient",
    partition: 0,
    offset: BigInt(id),
    timestampMs: 1_700_000_000_000,
    key: Buffer.from(`{"id":${id}}`),
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
  };
}

function noLedger() {
  const refuse = () => Promise.reject(new Error("The bench has no ledger."));
  return { claim: refuse, finish: refuse, release: refuse };
}

function noReleases() {
  return {
    active: async () => [],
    pinned: async () => null,
    shadowing: async () => null,
    list: async () => [],
    install: async () => undefined,
    file: async () => null,
  };
}

function quietLog() {
  const quiet = () => undefined;
  const loud = (message, facts) => process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
  return { debug: quiet, info: quiet, warn: loud, error: loud };
}
