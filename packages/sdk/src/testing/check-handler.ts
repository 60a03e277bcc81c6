import type { Change } from "../change.ts";
import type { Handler } from "../handler.ts";
import type { PromiseCode } from "./broken-promise.ts";
import type { FakeTargets } from "./fake-targets.ts";
import { holdsValueOf } from "./leaked-values.ts";
import type { ConformanceSample } from "./probe-messages.ts";
import type { ListedHandler } from "./read-plugin.ts";
import { runHandler } from "./run-handler.ts";
import type { HandlerRun } from "./run-handler.ts";
import { sampleChanges } from "./sample-changes.ts";

/** Tells that a promise is broken, and how. */
export type Tell = (code: PromiseCode, message: string) => void;

/** Milliseconds that a handler may take to end after its signal aborted. */
const abortMs = 1_000;

/** Tries one handler on its sample, in this process, and tells every promise that it breaks. */
export async function checkHandler(
  handler: Handler,
  listed: ListedHandler & { readonly sample: ConformanceSample },
  tell: Tell,
): Promise<void> {
  checkSchema(handler, listed, tell);
  const { sample } = listed;
  const changes = sample.changes ?? sampleChanges(listed.table);
  const targets = sample.targets ?? { "*": { body: { code: 0 } } };
  const tried = { handler, config: sample.config ?? {}, targets };
  const first = await runAll(tried, changes);
  for (const [index, run] of first.entries()) checkRun(run, changes[index], tell);
  if (listed.isIdempotent) await checkAgain(tried, { changes, first }, tell);
  await checkAbort(tried, changes, tell);
  await checkUnconfigured(tried, { changes, first, listed }, tell);
}

interface Tried {
  readonly handler: Handler;
  readonly config: { readonly [name: string]: unknown };
  readonly targets: FakeTargets;
}

interface Seen {
  readonly changes: readonly Change[];
  readonly first: readonly HandlerRun[];
}

function checkSchema({ config }: Handler, { schema }: ListedHandler, tell: Tell): void {
  if (config === undefined || schema === null) return;
  if (canonical(config) === canonical(schema)) return;
  tell("conformance.schema_differs", "The schema in the code is not the one that the manifest names.");
}

function checkRun({ ending, log }: HandlerRun, change: Change | undefined, tell: Tell): void {
  if ("failed" in ending && ending.code === "handler.threw") {
    const message =
      "It throws an error without a kind on a sample change: throw a HandlerError, or mend the bug.";
    tell("conformance.sample_fails", message);
  }
  if ("failed" in ending && ending.code === "handler.result_invalid") {
    tell("conformance.outcome_invalid", "It returns neither nothing nor { filtered: <rule> }.");
  }
  // An error without a kind is never shown, so only what the handler chose to say can leak.
  const shown = "failed" in ending && ending.code === "handler.threw" ? [log] : [ending, log];
  if (change !== undefined && holdsValueOf(JSON.stringify(shown), change)) {
    tell("conformance.value_leaked", "A log line, an error or a rule holds a value of the row.");
  }
}

/** The same changes a second time, and then in another order; a handler of which the first fails fails both. */
async function checkAgain(tried: Tried, { changes, first }: Seen, tell: Tell): Promise<void> {
  const second = await runAll(tried, changes, 2);
  if (first.some((run, index) => effectOf(run) !== effectOf(second[index]))) {
    const message =
      "A change that is delivered twice makes other calls: take ids from context.idempotencyKey.";
    tell("conformance.not_idempotent", message);
    return;
  }
  // Changes of different keys may come in any order.
  const keys = [...changes.keys()];
  const order = keys.toSorted((left, right) => comparedKeys(changes[right], changes[left]) || left - right);
  const reordered = await runAll(
    tried,
    order.flatMap((index) => changes[index] ?? []),
  );
  if (order.some((index, place) => effectOf(first[index]) !== effectOf(reordered[place]))) {
    tell("conformance.order_dependent", "What a change causes depends on changes of other keys.");
  }
}

/** Every target hangs and the signal aborts: the handler must end soon. */
async function checkAbort(tried: Tried, changes: readonly Change[], tell: Tell): Promise<void> {
  const [change] = changes;
  if (change === undefined) return;
  const abort = new AbortController();
  const { handler, config } = tried;
  const run = runHandler(handler, change, { config, targets: { "*": "hangs" }, signal: abort.signal });
  await pause(20);
  abort.abort();
  if (!(await endsWithin(run, abortMs)))
    tell("conformance.abort_ignored", `It does not end ${abortMs} ms after context.signal aborted.`);
}

/** Settings that the schema lets through must be enough to run with. */
async function checkUnconfigured(
  tried: Tried,
  { changes, first, listed }: Seen & { readonly listed: ListedHandler },
  tell: Tell,
): Promise<void> {
  const schema = listed.schema ?? tried.handler.config ?? {};
  const required = schema["required"];
  const isRefused = Array.isArray(required) && required.some((name) => !hasDefault(schema, String(name)));
  if (isRefused || Object.keys(tried.config).length === 0) return;
  const runs = await runAll({ ...tried, config: {} }, changes);
  const breaks = runs.some((run, index) => threw(run) && !threw(first[index]));
  if (!breaks) return;
  const message =
    "The schema lets empty settings through, but the handler breaks on them: list what is required.";
  tell("conformance.config_not_required", message);
}

function hasDefault(schema: { readonly [keyword: string]: unknown }, name: string): boolean {
  const property: unknown = Reflect.get(Object(schema["properties"]), name);
  return Object.hasOwn(Object(property), "default");
}

function threw(run: HandlerRun | undefined): boolean {
  return run !== undefined && "failed" in run.ending && run.ending.code === "handler.threw";
}

async function runAll(
  { handler, config, targets }: Tried,
  changes: readonly Change[],
  attempt = 1,
): Promise<readonly HandlerRun[]> {
  const runs: HandlerRun[] = [];
  for (const change of changes) {
    const { topic, partition, offset } = change.coordinates;
    const idempotencyKey = `conformance:${topic}:${partition}:${offset}`;
    runs.push(await runHandler(handler, change, { config, targets, attempt, idempotencyKey }));
  }
  return runs;
}

function effectOf(run: HandlerRun | undefined): string {
  return canonical(run?.calls ?? []);
}

function comparedKeys(left: Change | undefined, right: Change | undefined): number {
  const [one, other] = [canonical(left?.key ?? null), canonical(right?.key ?? null)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Text that is the same for equal values, whatever the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === "bigint") return `${member}n`;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}

async function endsWithin(task: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isOver = await Promise.race([task.then(() => true), late]);
  // A timer left behind would look like one of the plugin's.
  clearTimeout(timer);
  return isOver;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
