// What one record costs on its way through a real cell and back, and what a call to a target adds. Host and cell share
// one core, the target has the other; processor time is counted for each process by itself.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createTargetCaller } from "@gluttony/egress";
import {
  benchHost,
  consumerOf,
  isPinned,
  measured,
  pluginFolder,
  pump,
  recordsOf,
  runOnOneCore,
} from "./cell-parts.mjs";

runOnOneCore(import.meta.url);
const inFlightMax = Number(process.env["BENCH_IN_FLIGHT"] ?? 64);
const count = Number(process.env["BENCH_RECORDS"] ?? 40_000);
const records = recordsOf(500);

const target = await startTarget();
const caller = createTargetCaller();
const host = benchHost(caller, { EMPI_HOST: target.origin });
const resolved = await host.resolve(`file:${pluginFolder}#nothing`, {});
const lease = await host.acquire(resolved);
process.stdout.write(
  `node ${process.version}, ${inFlightMax} in flight, records of ${records[0].value.length} bytes\n`,
);
for (const handler of ["nothing", "post"]) {
  const consumer = consumerOf(handler, { url: `${target.origin}/api/patient` });
  const total = handler === "nothing" ? count : Math.ceil(count / 2);
  await pump(lease.cell, consumer, { records, total: Math.ceil(total / 4), inFlightMax });
  const work = () => pump(lease.cell, consumer, { records, total, inFlightMax });
  report(handler, total, await measured(lease.cell, work));
}
await lease.release();
await host.close(2_000);
await caller.close();
target.stop();

function report(name, total, { seconds, host: hostMicros, cell: cellMicros }) {
  const [hostEach, cellEach] = [hostMicros / total, cellMicros / total];
  process.stdout.write(
    `${name.padEnd(8)} ${Math.round(total / seconds)
      .toString()
      .padStart(7)} records/s` +
      `  host ${hostEach.toFixed(1)} µs  cell ${cellEach.toFixed(1)} µs  together ${(hostEach + cellEach).toFixed(1)} µs\n`,
  );
}

async function startTarget() {
  const script = fileURLToPath(new URL("target.mjs", import.meta.url));
  const command = isPinned ? ["taskset", "-c", "1"] : [];
  const [file, ...args] = [...command, process.execPath, script];
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(Number(text))));
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.stdin.end() };
}
