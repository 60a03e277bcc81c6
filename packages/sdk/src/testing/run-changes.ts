import type { NotAChange } from "../codecs/codec.ts";
import type { Change } from "../change.ts";
import type { FailureKind } from "../failure.ts";
import type { Handler } from "../handler.ts";
import { runHandler } from "./run-handler.ts";
import type { HandlerRun, RunEnding, RunOptions } from "./run-handler.ts";
import { StepMemory } from "./step-memory.ts";

/** What a sequence of changes is run with; everything has a default. */
export interface HostOptions extends Pick<RunOptions, "config" | "targets" | "steps"> {
  /** Attempts after which a failure that may pass is given up; 5 by default. The host counts only while the target answers others. */
  readonly attemptsMax?: number;
  /** Milliseconds until the attempt's signal aborts, 30,000 by default; and until it is given up, 1,000 more. */
  readonly deadlineMs?: number;
  readonly graceMs?: number;
}

/** How one change ended, with every attempt that it took. */
export interface ChangeEnding {
  readonly change: Change | NotAChange;
  readonly ending: "done" | "filtered" | "parked" | "blocked" | "not-run";
  /** The rule of a filtered change, or the code of the failure that ended it; null when it is done or was not run. */
  readonly reason: string | null;
  readonly attempts: readonly HandlerRun[];
  /** Milliseconds that targets asked to wait before the next attempts; nothing is waited for here. */
  readonly askedWaitMs: number;
}

/** What became of a sequence: one ending for each change, in order, and their sums. */
export interface HostRun {
  readonly endings: readonly ChangeEnding[];
  readonly sums: { readonly [ending in ChangeEnding["ending"]]: number };
}

/**
 * Runs changes in order as the host does, in memory and without its waits: `setup`, an attempt for each change and more
 * for failures that may pass, `record` failures parked, and everything stopped at an `auth` or `config` failure, which
 * blocks the consumer; then `teardown`. A record that is no change is filtered before the handler sees it.
 */
export async function runChanges(
  handler: Handler,
  changes: readonly (Change | NotAChange)[],
  options: HostOptions = {},
): Promise<HostRun> {
  const run = { ...options, steps: options.steps ?? new StepMemory() };
  const endings: ChangeEnding[] = [];
  await handler.setup?.();
  try {
    for (const change of changes) {
      const isBlocked = endings.at(-1)?.ending === "blocked" || endings.at(-1)?.ending === "not-run";
      endings.push(isBlocked ? notRun(change) : await endingOf(handler, change, run));
    }
  } finally {
    await handler.teardown?.();
  }
  return { endings, sums: sumsOf(endings) };
}

async function endingOf(
  handler: Handler,
  change: Change | NotAChange,
  options: HostOptions,
): Promise<ChangeEnding> {
  if (!("operation" in change))
    return { ...notRun(change), ending: "filtered", reason: `debezium.${change.notAChange}` };
  const attempts: HandlerRun[] = [];
  let askedWaitMs = 0;
  const { attemptsMax = 5 } = options;
  for (let attempt = 1; ; attempt += 1) {
    const run = await attemptOf(handler, change, { ...options, attempt });
    attempts.push(run);
    const ended = verdictOf(run.ending, attempt >= attemptsMax);
    if (ended !== null) return { change, ...ended, attempts, askedWaitMs };
    if ("failed" in run.ending) askedWaitMs += run.ending.retryAfterMs ?? 0;
  }
}

type Verdict = Pick<ChangeEnding, "ending" | "reason">;

/** Null for an attempt that is followed by another. */
function verdictOf(ending: RunEnding, isLast: boolean): Verdict | null {
  if ("done" in ending) return { ending: "done", reason: null };
  if ("filtered" in ending) return { ending: "filtered", reason: ending.filtered };
  const fate = fates[ending.failed];
  if (fate === "retried" && !isLast) return null;
  return { ending: fate === "blocked" ? "blocked" : "parked", reason: ending.code };
}

const fates: { readonly [kind in FailureKind]: "retried" | "parked" | "blocked" } = {
  transient: "retried",
  ambiguous: "retried",
  record: "parked",
  auth: "blocked",
  config: "blocked",
};

/** One attempt that cannot hang: the signal aborts at the deadline, and the answer is given up after the grace. */
async function attemptOf(
  handler: Handler,
  change: Change,
  options: HostOptions & { readonly attempt: number },
): Promise<HandlerRun> {
  const { deadlineMs = 30_000, graceMs = 1_000 } = options;
  const { topic, partition, offset } = change.coordinates;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), deadlineMs);
  let giveUp: NodeJS.Timeout | undefined;
  const late = new Promise<HandlerRun>((resolve) => {
    giveUp = setTimeout(() => resolve(hung), deadlineMs + graceMs);
  });
  const idempotencyKey = `test:${topic}:${partition}:${offset}`;
  try {
    return await Promise.race([
      runHandler(handler, change, { ...options, idempotencyKey, signal: abort.signal }),
      late,
    ]);
  } finally {
    clearTimeout(timer);
    clearTimeout(giveUp);
  }
}

/** The host kills a process that holds an attempt beyond the grace, and parks the record. */
const hung: HandlerRun = {
  ending: {
    failed: "record",
    code: "handler.deadline",
    message: "The handler did not end in its time, nor when its signal aborted.",
    retryAfterMs: undefined,
  },
  calls: [],
  log: [],
};

function notRun(change: Change | NotAChange): ChangeEnding {
  return { change, ending: "not-run", reason: null, attempts: [], askedWaitMs: 0 };
}

function sumsOf(endings: readonly ChangeEnding[]): HostRun["sums"] {
  const sums = { done: 0, filtered: 0, parked: 0, blocked: 0, "not-run": 0 };
  for (const { ending } of endings) sums[ending] += 1;
  return sums;
}
