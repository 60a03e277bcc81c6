// What cells cost that wait: the memory of fifty releases on one host, each in a process of its own behind all fences.
import { setTimeout as pause } from "node:timers/promises";
import { benchHost, memoryOf, pluginFolder } from "./cell-parts.mjs";

const count = Number(process.env["BENCH_CELLS"] ?? 50);
/** After the last start, until what only a start needs is given back. */
const settleMs = 5_000;
const mebi = 1_024 * 1_024;

const nobody = { call: async () => ({ failure: { kind: "config", code: "bench.no_target", message: "" } }) };
const host = benchHost(nobody, { EMPI_HOST: "http://127.0.0.1:1" });
const resolved = await host.resolve(`file:${pluginFolder}#nothing`, {});
const startedMs = performance.now();
const leases = [];
for (let at = 0; at < count; at += 1) {
  // Another version is another release, and gets a cell of its own.
  const release = { ...resolved.release, version: `1.0.${at}` };
  leases.push(await host.acquire({ ...resolved, release }));
}
const startMs = (performance.now() - startedMs) / count;
await pause(settleMs);
const seen = leases.map(({ cell }) => memoryOf(cell.observe().pid));
const line = (name, part) => {
  const sizes = seen.map((one) => one[part] / mebi).toSorted((left, right) => left - right);
  const [median, most] = [sizes[Math.floor(sizes.length / 2)], sizes.at(-1)];
  return `  ${name.padEnd(14)} median ${median.toFixed(1)} MiB, most ${most.toFixed(1)} MiB\n`;
};
process.stdout.write(
  `${count} idle cells, started in ${Math.round(startMs)} ms each\n` +
    line("private", "privateBytes") +
    line("proportional", "proportionalBytes"),
);
await Promise.all(leases.map((lease) => lease.release()));
await host.close(5_000);
