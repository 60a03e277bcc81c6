// Measures gluttony beside others on one machine, as ratios within one run. `README.md` says how to read it.
import { writeFileSync } from "node:fs";
import { Calibration } from "./calibration.mjs";
import { isPinned, pinSelf } from "./machine.mjs";
import { runMicro } from "./micro/all.mjs";
import { parseOptions } from "./options.mjs";
import { peers } from "./peers/all.mjs";
import { proveJudge } from "./prove-judge.mjs";
import { report } from "./report.mjs";
import { quickRows, rows } from "./rows/all.mjs";
import { openStage } from "./stage.mjs";
import { killTested } from "./tested-process.mjs";
import { randomOf } from "./workload.mjs";

const options = parseOptions(process.argv.slice(2), {
  rows: rows.map(({ name }) => name),
  quickRows,
  peers: peers.map(({ name }) => name),
});
if (options === undefined) process.exitCode = 2;
else if (options.isMicroOnly) await runMicro();
else await bench();

async function bench() {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stopping.abort());
  pinSelf();
  const startedMs = performance.now();
  say(`seed ${options.seed}, ${options.runs} run(s), keys ${options.distribution}`);
  say(
    isPinned
      ? "systems on core 0, everything else on core 1"
      : "there is no taskset: systems and surroundings share the cores",
  );
  let stage;
  try {
    stage = await openStage((what) => say(`starting ${what}`));
    stopping.signal.addEventListener("abort", () => void killTested());
    say(`the judge sees what it should in ${await proveJudge(stage.target)} planted cases`);
    const skipped = await unavailableOf(stage);
    const results = await measureAll(stage, { stopping, skipped });
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const whole = { seed: options.seed, isQuick: options.isQuick, isPinned, seconds, skipped, results };
    process.stdout.write(report(whole, rows));
    if (options.jsonFile !== undefined)
      writeFileSync(options.jsonFile, `${JSON.stringify(whole, null, 1)}\n`);
    if (results.some(({ error }) => error !== undefined)) process.exitCode = 1;
  } finally {
    await killTested();
    await stage?.close();
    if (stopping.signal.aborted) process.exitCode = 130;
  }
}

/** Why systems are left out, by name. */
async function unavailableOf(stage) {
  const skipped = {};
  for (const peer of peers) {
    if (!options.peers.includes(peer.name)) continue;
    const reason = await peer.unavailable(stage);
    if (reason !== "") skipped[peer.name] = reason;
  }
  return skipped;
}

/** Every row with every system, each repetition in an order of its own, so that a slow minute meets all alike. */
async function measureAll(stage, { stopping, skipped }) {
  const results = [];
  const random = randomOf(options.seed);
  const calibration = new Calibration(options.size.quietBudgetMs);
  await calibration.begin();
  for (let repetition = 1; repetition <= options.runs; repetition += 1) {
    const tasks = tasksOf(skipped).map((task) => ({ task, at: random() }));
    for (const { task } of tasks.toSorted((a, b) => a.at - b.at)) {
      if (stopping.signal.aborted) return results;
      const machine = await calibration.quiet(stopping.signal);
      if (stopping.signal.aborted) return results;
      const result = await measured(stage, { ...task, repetition, machine, stopping });
      // A run that was broken off says nothing about its system.
      if (stopping.signal.aborted) return results;
      results.push(result);
    }
  }
  return results;
}

function tasksOf(skipped) {
  return rows
    .filter(({ name }) => options.rows.includes(name))
    .flatMap((row) =>
      peers
        .filter(
          ({ name }) =>
            row.peers.includes(name) && options.peers.includes(name) && skipped[name] === undefined,
        )
        .map((peer) => ({ row, peer })),
    );
}

async function measured(stage, { row, peer, repetition, machine, stopping }) {
  const about = { row: row.name, peer: peer.name, repetition, machine };
  const noise = machine.isNoisy ? `, noisy: ${machine.slowness.toFixed(2)} × the machine's best` : "";
  const startedMs = performance.now();
  try {
    const figures = await row.measure(stage, peer, options);
    say(`${row.name} ${peer.name}: ${row.line?.(figures) ?? lineOf(figures)}${noise}`);
    return { ...about, figures, tookMs: Math.round(performance.now() - startedMs) };
  } catch (error) {
    if (!stopping.signal.aborted) say(`${row.name} ${peer.name} FAILED: ${error.message}`);
    return { ...about, error: error.message };
  }
}

function lineOf({ perSecond, cpuUsPerRecord }) {
  return `${(cpuUsPerRecord ?? 0).toFixed(1)} µs CPU a record, ${Math.round(perSecond ?? 0)}/s`;
}

function say(text) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}
