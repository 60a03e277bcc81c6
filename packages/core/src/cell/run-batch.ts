import { createHash } from "node:crypto";
import type { BatchContext, Change, HandlerContext } from "@gluttony/sdk";
import type { AbortListener } from "./attempt-signal.ts";
import type { AttemptResult } from "./cell.ts";
import { AttemptContext } from "./attempt-context.ts";
import type { Called } from "./attempt-context.ts";
import { decodedOf, failedAttempt, resultOf, runAttempt } from "./run-attempt.ts";
import type { AttemptJob, AttemptTools } from "./run-attempt.ts";

/** One attempt of a batch. */
export interface BatchItem {
  readonly job: AttemptJob;
  readonly tools: AttemptTools;
}

interface DecodedItem extends BatchItem {
  readonly change: Change;
  readonly called: Called;
  readonly context: HandlerContext;
  readonly settle: (result: AttemptResult) => void;
}

/**
 * Hands several attempts to a handler of batches, and tells the result of each. A batch that throws is run again one change
 * at a time: only the one that cannot be handled fails then. Never throws.
 */
export async function runBatch(
  items: readonly BatchItem[],
  settle: (item: BatchItem, result: AttemptResult) => void,
): Promise<void> {
  const decoded = items.flatMap((item) => decodedItem(item, (result) => settle(item, result)));
  const [first] = decoded;
  if (first === undefined) return;
  const { handleBatch } = first.job.handler;
  if (handleBatch === undefined || decoded.length === 1) return oneByOne(decoded);
  using signal = new BatchSignal(decoded);
  try {
    const context = batchContextOf(decoded, signal);
    const outcomes: unknown = await handleBatch(
      decoded.map(({ change }) => change),
      context,
    );
    settleAll(decoded, outcomes);
  } catch (thrown) {
    if (signal.aborted) for (const item of decoded) item.settle(failedAttempt(thrown, item));
    else await oneByOne(decoded);
  }
}

function decodedItem(item: BatchItem, settle: (result: AttemptResult) => void): readonly DecodedItem[] {
  const { job, tools } = item;
  const called: Called = { url: null };
  try {
    const decoded = decodedOf(job, tools);
    if (!("kind" in decoded))
      return [{ ...item, change: decoded, called, settle, context: new AttemptContext(job, tools, called) }];
    settle(decoded);
  } catch (thrown) {
    settle(failedAttempt(thrown, { job, tools, called }));
  }
  return [];
}

async function oneByOne(items: readonly DecodedItem[]): Promise<void> {
  for (const { job, tools, settle } of items) settle(await runAttempt(job, tools));
}

/** A list says how each change ended; anything else must be an outcome that is true of all of them. */
function settleAll(items: readonly DecodedItem[], outcomes: unknown): void {
  const each: readonly unknown[] | null = Array.isArray(outcomes) ? outcomes : null;
  const isComplete = each === null || each.length === items.length;
  items.forEach((item, at) => {
    const outcome = each === null ? outcomes : each[at];
    if (!isComplete) item.settle(resultOf(null));
    else item.settle(outcome instanceof Error ? failedAttempt(outcome, item) : resultOf(outcome));
  });
}

function batchContextOf(items: readonly DecodedItem[], batchSignal: BatchSignal): BatchContext {
  const each = items.map(({ context }) => context);
  const [first] = items;
  if (first === undefined) throw new Error("A batch holds at least one change.");
  const { job, tools } = first;
  const { config, consumer } = job;
  return {
    config,
    consumer,
    each,
    get log() {
      return first.context.log;
    },
    get signal() {
      return batchSignal.signal;
    },
    fetch: (url, request = {}) => {
      for (const { called } of items) called.url = url;
      const headers = { ...keyHeaderOf(items), ...request.headers };
      return tools.fetch(url, { ...request, headers });
    },
  };
}

/** The batch's own key: the same changes together have the same one. */
function keyHeaderOf(items: readonly DecodedItem[]): { readonly [name: string]: string } {
  const hash = createHash("sha256");
  for (const { job } of items) hash.update(`${job.idempotencyKey}\n`);
  return { "Idempotency-Key": `batch:${hash.digest("hex").slice(0, 32)}` };
}

/** Aborted with the first of the attempts' signals. */
class BatchSignal implements AbortListener, Disposable {
  readonly #items: readonly BatchItem[];
  readonly #controller = new AbortController();

  constructor(items: readonly BatchItem[]) {
    this.#items = items;
    for (const { job } of items) job.signal.listen(this);
    if (items.some(({ job }) => job.signal.aborted)) this.abort();
  }

  get aborted(): boolean {
    return this.#controller.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(): void {
    const first = this.#items.find(({ job }) => job.signal.aborted);
    this.#controller.abort(first?.job.signal.reason);
  }

  [Symbol.dispose](): void {
    for (const { job } of this.#items) job.signal.unlisten(this);
  }
}
