import { createRequire } from "node:module";
import { join } from "node:path";
import { Ending } from "../ending.ts";
import { removeDataFolder } from "../local-stack/folders.ts";
import { endLeftover } from "../local-stack/spawned.ts";
import { createLog } from "../log.ts";
import { PATIENTS } from "./demo-consumers.ts";
import { claimFolder, demoFolder } from "./demo-folder.ts";
import { hostFolder } from "./demo-host.ts";
import { type DemoOptions, planOf } from "./demo-options.ts";
import type { DemoParts } from "./demo-parts.ts";
import { examineMachine } from "./examine-machine.ts";
import { type Proof, proveMainJob } from "./prove-main-job.ts";
import type { Report, StepResult } from "./report.ts";
import { startParts } from "./start-parts.ts";
import { type Leaving, stay, summaryLines } from "./stay.ts";

/** Exit code of a start that a signal ended. */
const INTERRUPTED = 130;

/** Runs the demo and says the exit code. Failed steps were told by the report; what is left is thrown. */
export async function runDemo(options: DemoOptions, report: Report, signal: AbortSignal): Promise<number> {
  const folder = demoFolder();
  report.say(`gluttony demo   data: ${folder} (kept; --fresh wipes)\n`);
  try {
    using _claim = await report.step(
      "doctor",
      () => examineAndClaim(folder, options.fresh),
      ({ found }) => ({ detail: found }),
    );
    const leaving = await run({ folder, options, signal }, report);
    if (leaving === "wipe") await removeDataFolder(folder);
    report.say(leaving === "wipe" ? "stopped; the data folder is gone" : `stopped; data kept in ${folder}`);
    return 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    if (report.exitCode !== undefined) return report.exitCode;
    throw error;
  }
}

interface Run {
  readonly folder: string;
  readonly options: DemoOptions;
  readonly signal: AbortSignal;
}

/** Everything that was started has ended when this settles, the last one started first. */
async function run({ folder, options, signal }: Run, report: Report): Promise<Leaving> {
  await using ending = new Ending(createLog("warn", { service: "gluttony demo" }));
  const plan = planOf(options);
  const keep = (part: AsyncDisposable): void => ending.add(async () => part[Symbol.asyncDispose]());
  const parts = await startParts({ folder, options, plan, signal, keep }, report);
  const { life, stubs, host } = parts;
  const place = { empi: stubs.empi, insertPatient: () => life.insertPatient(), logFile: host.logFile };
  await report.step("main job", () => proveMainJob(place, plan.repeats, signal), proofResult);
  if (options.once) return "keep";
  tellSummary(parts, report);
  const leaving = await report.during("demo", () => stay(parts, report, signal));
  report.say(" stopping …");
  return leaving;
}

/** Another demo on this folder is refused before anything is wiped or ended. */
async function examineAndClaim(
  folder: string,
  isFresh: boolean,
): Promise<Disposable & { readonly found: string }> {
  const found = await examineMachine(folder);
  const claim = await claimFolder(folder);
  try {
    for (const part of [
      hostFolder(folder),
      ...["connect", "broker", "postgres"].map((name) => join(folder, name)),
    ]) {
      await endLeftover(part);
    }
    if (isFresh) await removeDataFolder(folder);
    await examineMachine(folder);
  } catch (error) {
    claim[Symbol.dispose]();
    throw error;
  }
  return { found, [Symbol.dispose]: () => claim[Symbol.dispose]() };
}

function proofResult({ patientId, status, commitToAckMs, medianMs, p95Ms, n }: Proof): StepResult {
  const spread = n === 1 ? [] : [`${n} changes, one at a time: median ${medianMs} ms, p95 ${p95Ms} ms`];
  return {
    detail: `INSERT patient ${patientId} → Debezium → Kafka → ${PATIENTS.handler}@${handlerVersion()} → EMPI ${status}`,
    lines: [`commit to acknowledgement: ${commitToAckMs} ms`, ...spread],
    figures: { commitToAckMs, medianMs, p95Ms, n },
  };
}

function handlerVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("@gluttony/empi/package.json");
  const version =
    typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, "version") : undefined;
  return String(version ?? "?");
}

function tellSummary(parts: DemoParts, report: Report): void {
  const { host, stubs, postgres } = parts;
  for (const line of summaryLines(parts)) report.say(line);
  report.tell("ready", {
    api: host.url,
    empi: stubs.empi.url,
    empiControl: stubs.empi.controlUrl,
    cdss: stubs.cdss.url,
    hospital: postgres.url("his_demo"),
  });
}
