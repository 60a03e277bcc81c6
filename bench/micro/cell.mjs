// What one record costs on its way through a real cell and back, and what a call to a target adds. Host and cell share
// one core, the target has the other; processor time is counted for each process by itself.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPluginHost } from "@gluttony/core";
import { createTargetCaller } from "@gluttony/egress";
import { treeOf } from "../machine.mjs";

const pinned = "GLUTTONY_BENCH_PINNED";
const inFlightMax = Number(process.env["BENCH_IN_FLIGHT"] ?? 64);
const count = Number(process.env["BENCH_RECORDS"] ?? 40_000);
const made = 1_024;

if (process.env[pinned] === undefined && spawnSync("taskset", ["-c", "0", "true"]).status === 0) {
  const args = ["-c", "0", process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
  const { status } = spawnSync("taskset", args, { stdio: "inherit", env: { ...process.env, [pinned]: "1" } });
  process.exit(status ?? 1);
}

// Made beforehand: to make a record costs more than to send it.
const records = Array.from({ length: made }, (_, index) => recordOf(index + 1));
const target = await startTarget();
const caller = createTargetCaller();
const host = createPluginHost(
  { targets: caller, once: noLedger(), releases: noReleases(), log: quietLog() },
  {
    firstParty: { from: new URL(import.meta.url), packages: {} },
    env: { EMPI_HOST: target.origin },
    storeDir: "/nowhere",
    devMode: true,
  },
);
const folder = fileURLToPath(new URL("plugin", import.meta.url));
const resolved = await host.resolve(`file:${folder}#nothing`, {});
const lease = await host.acquire(resolved);
process.stdout.write(
  `node ${process.version}, ${inFlightMax} in flight, records of ${records[0].value.length} bytes\n`,
);
for (const handler of ["nothing", "post"]) {
  const consumer = {
    id: handler,
    name: handler,
    revision: 1n,
    handler,
    config: { url: `${target.origin}/api/patient` },
    deadlineMs: 30_000,
    graceMs: 30_000,
  };
  const total = handler === "nothing" ? count : Math.ceil(count / 2);
  await pump(lease.cell, consumer, Math.ceil(total / 4));
  report(handler, total, await measured(lease.cell, () => pump(lease.cell, consumer, total)));
}
await lease.release();
await host.close(2_000);
await caller.close();
target.stop();

/** Keeps a fixed number of attempts in flight until all are answered. */
function pump(cell, consumer, total) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let ended = 0;
    const next = () => {
      started += 1;
      const idempotencyKey = `bench/t/0/${started}`;
      const request = { record: records[started % made], consumer, attempt: 1, idempotencyKey };
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

async function measured(cell, work) {
  const { pid } = cell.observe();
  const before = { host: cpuMicros(process.pid), cell: treeMicros(pid), at: performance.now() };
  await work();
  return {
    seconds: (performance.now() - before.at) / 1_000,
    host: cpuMicros(process.pid) - before.host,
    cell: treeMicros(pid) - before.cell,
  };
}

function report(name, records, { seconds, host: hostMicros, cell: cellMicros }) {
  const [hostEach, cellEach] = [hostMicros / records, cellMicros / records];
  process.stdout.write(
    `${name.padEnd(8)} ${Math.round(records / seconds)
      .toString()
      .padStart(7)} records/s` +
      `  host ${hostEach.toFixed(1)} µs  cell ${cellEach.toFixed(1)} µs  together ${(hostEach + cellEach).toFixed(1)} µs\n`,
  );
}

/** Processor time of all threads of a process, from the kernel's scheduler. */
function cpuMicros(pid) {
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

function recordOf(id) {
  const row = {
    id,
    name: `name-${id}`,
    born: "1980-01-01",
    text: "x".repeat(500),
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

async function startTarget() {
  const script = fileURLToPath(new URL("target.mjs", import.meta.url));
  const command = process.env[pinned] === undefined ? [] : ["taskset", "-c", "1"];
  const [file, ...args] = [...command, process.execPath, script];
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(Number(text))));
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.stdin.end() };
}

function noLedger() {
  const refuse = () => Promise.reject(new Error("The bench has no ledger."));
  return { claim: refuse, finish: refuse, release: refuse };
}

function noReleases() {
  return {
    active: async () => [],
    pinned: async () => null,
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
