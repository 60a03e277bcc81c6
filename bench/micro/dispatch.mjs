// What isolation costs: a record of about 1 KB handed to a handler in a real cell, all in, beside the same record parsed and
// handed to the same kind of handler in this process. Host and cell share one core, so that processor time is all there is;
// both are measured in turns, and the best turn of each counts.
import { debeziumJson } from "@gluttony/sdk/codecs";
import {
  benchHost,
  consumerOf,
  cpuMicros,
  measured,
  pluginFolder,
  pump,
  recordsOf,
  runOnOneCore,
} from "./cell-parts.mjs";

runOnOneCore(import.meta.url);
const total = Number(process.env["BENCH_RECORDS"] ?? 100_000);
const turns = Number(process.env["BENCH_TURNS"] ?? 5);
const inFlightMax = Number(process.env["BENCH_IN_FLIGHT"] ?? 200);
/** With these characters of text a record's value has about a kilobyte. */
const records = recordsOf(660);

const nobody = { call: async () => ({ failure: { kind: "config", code: "bench.no_target", message: "" } }) };
const host = benchHost(nobody, { EMPI_HOST: "http://127.0.0.1:1" });
const lease = await host.acquire(await host.resolve(`file:${pluginFolder}#nothing`, {}));
const consumer = consumerOf("nothing");

let seen = 0;
const handle = (id) => {
  seen += id === undefined ? 0 : 1;
};
const best = {
  inlineParsed: Infinity,
  inlineDecoded: Infinity,
  host: Infinity,
  cell: Infinity,
  all: Infinity,
};
for (let turn = 0; turn < turns; turn += 1) {
  const parsed = inline((value) => JSON.parse(value.toString("utf8")).after.id);
  const decoded = inlineRecords((record) => debeziumJson.decode(record).after.id);
  const cell = await measured(lease.cell, () => pump(lease.cell, consumer, { records, total, inFlightMax }));
  // The first turn warms up.
  if (turn === 0 && turns > 1) continue;
  best.inlineParsed = Math.min(best.inlineParsed, parsed);
  best.inlineDecoded = Math.min(best.inlineDecoded, decoded);
  const all = (cell.host + cell.cell) / total;
  if (all >= best.all) continue;
  Object.assign(best, { all, host: cell.host / total, cell: cell.cell / total });
}
await lease.release();
await host.close(2_000);

const ratio = (part) => `× ${(best.all / part).toFixed(2)}`;
process.stdout.write(
  `dispatch ${records[0].value.length} bytes, ${inFlightMax} in flight, ${seen > 0 ? total : 0} records, best of ${turns}\n` +
    `  inline, JSON.parse  ${best.inlineParsed.toFixed(2)} µs\n` +
    `  inline, decoded     ${best.inlineDecoded.toFixed(2)} µs\n` +
    `  cell, all in        ${best.all.toFixed(2)} µs: host ${best.host.toFixed(2)}, cell ${best.cell.toFixed(2)}\n` +
    `  all in to inline    ${ratio(best.inlineDecoded)} decoded, ${ratio(best.inlineParsed)} JSON.parse\n`,
);

function inline(read) {
  return inlineRecords(({ value }) => read(value));
}

/** Microseconds of processor time a record. */
function inlineRecords(read) {
  const from = cpuMicros(process.pid);
  for (let at = 0; at < total; at += 1) handle(read(records[at % records.length]));
  return (cpuMicros(process.pid) - from) / total;
}
