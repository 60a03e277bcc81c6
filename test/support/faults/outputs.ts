import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Evidence } from "./evidence.ts";
import type { Verdict } from "./run-fault.ts";

/** What a run leaves in its folder. */
export interface Outputs {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  readonly logs: readonly string[];
}

/** Where runs leave what they saw; one folder per row, overwritten by the next run of the row. */
export const runFolder: string =
  process.env["FAULTS_FOLDER"] ?? join(import.meta.dirname, "../../../.gluttony/faults");

/** Writes the nemesis' log, the API's timeline, the target's journal, the verdict, and the hosts' logs. */
export async function writeOutputs({ verdict, evidence, logs }: Outputs): Promise<string> {
  const folder = join(runFolder, verdict.id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "nemesis.jsonl"), lines(evidence.deeds));
  await writeFile(join(folder, "timeline.jsonl"), lines(evidence.timeline));
  await writeFile(join(folder, "journal.jsonl"), lines(evidence.journal));
  await writeFile(
    join(folder, "verdict.json"),
    text(
      {
        ...verdict,
        run: thisRun(),
        phases: evidence.phases,
        account: evidence.account,
        letters: evidence.letters,
      },
      2,
    ),
  );
  for (const [index, log] of logs.entries()) await writeFile(join(folder, `host-${index + 1}.log`), log);
  return folder;
}

/** Leaves a row's verdict without a run, so that the table says why there was none. */
export async function writeNotRun(id: string, title: string, reason: string): Promise<void> {
  const folder = join(runFolder, id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "verdict.json"), text({ id, title, outcome: "not run", reason }, 2));
}

/** On what the row ran: figures without it say nothing. */
function thisRun(): { readonly [name: string]: string | number } {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    node: process.versions.node,
  };
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${text(value)}\n`).join("");
}

function text(value: unknown, indent = 0): string {
  const plain = (_name: string, inner: unknown): unknown =>
    typeof inner === "bigint" ? String(inner) : inner;
  return JSON.stringify(value, plain, indent);
}
