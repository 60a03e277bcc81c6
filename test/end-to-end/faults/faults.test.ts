import { describe, expect, test } from "vitest";
import { writeNotRun, writeOutputs } from "../../support/faults/outputs.ts";
import { runFault } from "../../support/faults/run-fault.ts";
import { chosenRows } from "../../support/faults/chosen-rows.ts";
import { Turns } from "../../support/faults/turns.ts";
import { stack } from "../../support/stack.ts";
import { hostRows } from "./rows/host.ts";
import { kafkaBrokerRows } from "./rows/kafka-broker.ts";
import { notScripted } from "./rows/not-scripted.ts";
import { kafkaTopicRows } from "./rows/kafka-topic.ts";
import { longRows } from "./rows/long.ts";
import { pluginRows } from "./rows/plugin.ts";
import { postgresRows } from "./rows/postgres.ts";
import { recordRows } from "./rows/records.ts";
import { targetRows } from "./rows/target.ts";

/** Rows at once: most of a run is waiting. */
const turns = new Turns(Number(process.env["FAULTS_AT_ONCE"] ?? 3));
const rowLimitMs = 600_000;
const all = [
  ...hostRows,
  ...targetRows,
  ...pluginRows,
  ...recordRows,
  ...kafkaTopicRows,
  ...kafkaBrokerRows,
  ...postgresRows,
  ...longRows,
];
const rows = chosenRows(all, process.env["FAULTS"] ?? "quick");

if (process.env["FAULTS"] !== undefined) {
  for (const { id, title, pending } of all) {
    if (pending !== undefined && !rows.some((row) => row.id === id)) await writeNotRun(id, title, pending);
  }
  for (const { id, title, reason } of notScripted) await writeNotRun(id, title, reason);
}

describe.skipIf(stack().unavailable !== "").concurrent("a fault is withstood, shown, and got over", () => {
  for (const row of rows) {
    const reason = row.lacks?.() ?? null;
    test.skipIf(reason !== null)(
      `${row.id}: ${row.title}`,
      () =>
        turns.take(async () => {
          const outputs = await runFault(row);
          const folder = await writeOutputs(outputs);

          const { findings, recoveryMs, duplicates, shown } = outputs.verdict;
          const figures = `back in ${recoveryMs === null ? "–" : `${Math.round(recoveryMs)} ms`}, ${duplicates} duplicates`;
          console.info(`${row.id} ${outputs.verdict.outcome}: ${figures}; ${shown.join(", ")}`);
          expect(findings, `see ${folder}; repeat with: npm run faults -- ${row.id}`).toEqual([]);
        }),
      row.limitMs ?? rowLimitMs,
    );
    if (reason !== null) void writeNotRun(row.id, row.title, reason);
  }
});
