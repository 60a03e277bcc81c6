import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import type { JournalEntry } from "../local-stack/stub-journal.ts";
import type { StubTarget } from "../local-stack/stub-target.ts";
import { quantile } from "./quantile.ts";

/** One change may take this long until it counts as lost. */
const ACKNOWLEDGED_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 2;

/** Where the change is made and where it must arrive. */
export interface ProofPlace {
  readonly empi: StubTarget;
  /** Commits one new patient and says the id. */
  readonly insertPatient: () => Promise<string>;
  /** Named when the change does not arrive. */
  readonly logFile: string;
}

/** One change from commit to acknowledgement. */
export interface Delivery {
  readonly patientId: string;
  readonly status: number;
  readonly commitToAckMs: number;
}

/** What was measured: the first change, and the spread of all of them. */
export interface Proof extends Delivery {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly n: number;
}

/** Makes one change and waits for the target's acknowledgement; then as many more, one at a time. */
export async function proveMainJob(place: ProofPlace, repeats: number, signal: AbortSignal): Promise<Proof> {
  const first = await deliverPatient(place, signal);
  const times = [first.commitToAckMs];
  for (let count = 0; count < repeats; count += 1)
    times.push((await deliverPatient(place, signal)).commitToAckMs);
  return {
    ...first,
    medianMs: quantile(times, 0.5) ?? first.commitToAckMs,
    p95Ms: quantile(times, 0.95) ?? first.commitToAckMs,
    n: times.length,
  };
}

/** The clock starts when COMMIT has returned and stops when the target has sent its answer; both are this process's. */
export async function deliverPatient(place: ProofPlace, signal: AbortSignal): Promise<Delivery> {
  const before = place.empi.journal().at(-1)?.number ?? 0;
  const patientId = await place.insertPatient();
  const committedAtMs = performance.now();
  while (performance.now() - committedAtMs < ACKNOWLEDGED_LIMIT_MS) {
    signal.throwIfAborted();
    const entry = acknowledgementOf(place.empi.journal(before), patientId);
    if (entry !== undefined) {
      return {
        patientId,
        status: entry.status,
        commitToAckMs: roundedMs(entry.finishedAtMs - committedAtMs),
      };
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new GluttonyError("environment.timed_out", {
    waitedFor: "the acknowledgement of a new patient",
    limitMs: ACKNOWLEDGED_LIMIT_MS,
    logFile: place.logFile,
  });
}

/** The first good answer for the patient. */
export function acknowledgementOf(
  entries: readonly JournalEntry[],
  patientId: string,
): (JournalEntry & { readonly finishedAtMs: number }) | undefined {
  for (const entry of entries) {
    const { subject, status, code, finishedAtMs } = entry;
    if (subject !== patientId || status !== 200 || code !== 0 || finishedAtMs === undefined) continue;
    return { ...entry, finishedAtMs };
  }
  return undefined;
}

function roundedMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
