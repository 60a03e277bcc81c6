import type { Failure } from "@gluttony/model";
import type { Change, Handler, Logger, TargetRequest, TargetResponse } from "@gluttony/sdk";
import { schemasNamedBy } from "@gluttony/sdk/codecs";
import type { Codec, RawRecord } from "@gluttony/sdk/codecs";
import { AttemptContext } from "./attempt-context.ts";
import type { Called } from "./attempt-context.ts";
import type { AskChannel } from "./asks.ts";
import type { AttemptSignal } from "./attempt-signal.ts";
import type { StepChannel } from "./attempt-steps.ts";
import type { AttemptResult } from "./cell.ts";
import { failureOf } from "./failure-of.ts";
import { hideValues } from "./hide-values.ts";

/** One record to try once with one handler. */
export interface AttemptJob {
  readonly handler: Handler;
  readonly record: RawRecord;
  readonly config: unknown;
  readonly consumer: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly signal: AttemptSignal;
}

/** What an attempt may use. Most attempts use little of it, so what costs something is made when it is asked for. */
export interface AttemptTools {
  readonly codec: Codec;
  /** The operations that are wanted of records which the host cannot read; left out for all. */
  readonly operations?: readonly string[];
  /** Folder of the release as a `file:` URL; stack lines outside of it are not shown. */
  readonly rootUrl: string;
  log(): Logger;
  steps(): StepChannel;
  asks(): AskChannel;
  /** `step` is the step of `once` that the call belongs to: a deed of its own at the target. */
  fetch(url: string, request?: TargetRequest, step?: string): Promise<TargetResponse>;
}

/**
 * Decodes the record, calls the handler and says what came of it; at once where the handler answers at once. Never
 * throws: the cell and the tests share it.
 */
export function runAttempt(job: AttemptJob, tools: AttemptTools): AttemptResult | Promise<AttemptResult> {
  const called: Called = { url: null };
  const failedBy = (thrown: unknown): AttemptResult => failedAttempt(thrown, { job, tools, called });
  try {
    const decoded = decodedOf(job, tools);
    if ("kind" in decoded) return decoded;
    const outcome: unknown = job.handler.handle(decoded, new AttemptContext(job, tools, called));
    if (outcome === undefined) return done;
    return isThenable(outcome) ? Promise.resolve(outcome).then(resultOf, failedBy) : resultOf(outcome);
  } catch (thrown) {
    return failedBy(thrown);
  }
}

/** The change, or the result of an attempt that ends before any handler sees it. */
export function decodedOf(job: AttemptJob, { codec, operations = [] }: AttemptTools): Change | AttemptResult {
  const decoded = codec.decode(job.record);
  if ("notAChange" in decoded) return { kind: "filtered", rule: `debezium.${decoded.notAChange}` };
  if ("undecodable" in decoded) {
    return failed({ kind: "record", code: decoded.undecodable, message: decoded.detail });
  }
  const isWanted = operations.length === 0 || operations.includes(decoded.operation);
  // Of JSON the host has left out what is not wanted.
  if (isWanted || schemasNamedBy(job.record).length === 0) return decoded;
  return { kind: "filtered", rule: `operation.${decoded.operation}` };
}

/** What a thrown value says of an attempt. */
export function failedAttempt(
  thrown: unknown,
  { job, tools, called }: { readonly job: AttemptJob; readonly tools: AttemptTools; readonly called: Called },
): AttemptResult {
  const hide = (text: string): string => withoutValues(text, job, tools);
  const failure = failureOf(thrown, { signal: job.signal, rootUrl: tools.rootUrl, hide });
  return failed(blaming(failure, called));
}

/** Decodes once more: only few attempts fail, and none keeps its change for that. */
function withoutValues(text: string, { record }: AttemptJob, { codec }: AttemptTools): string {
  const decoded = codec.decode(record);
  return "operation" in decoded ? hideValues(text, decoded) : "";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return typeof value === "object" && value !== null && typeof fieldOf(value, "then") === "function";
}

/** A field of what a plugin returned; undefined when reading it throws. */
function fieldOf(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/**
 * Names the target of a failure that may pass, when the handler did not: a handler that turns a 503 into an
 * error of its own would otherwise hide that the target is down, and its records would be parked in an outage.
 */
function blaming(failure: Failure, { url }: Called): Failure {
  const mayPass = failure.kind === "transient" || failure.kind === "ambiguous";
  if (!mayPass || url === null || failure.target !== undefined || isOfHost(failure)) return failure;
  return URL.canParse(url) ? { ...failure, target: new URL(url).origin } : failure;
}

/** Failures that the host itself made: no target had a part in them. */
function isOfHost({ code }: Failure): boolean {
  if (code.startsWith("state.") || code.startsWith("secret.")) return true;
  return code.startsWith("once.") || code === "handler.lease_lost" || code === "target.call_refused";
}

// A rule is a label of a metric, so it must be short and from a small set.
const rulePattern = /^[a-z][a-z0-9_.-]{0,63}$/;

const done: AttemptResult = { kind: "done" };

/** Reads what a handler returned for one change. */
export function resultOf(outcome: unknown): AttemptResult {
  if (outcome === undefined) return done;
  const rule = typeof outcome === "object" && outcome !== null ? fieldOf(outcome, "filtered") : undefined;
  if (typeof rule === "string" && rulePattern.test(rule)) return { kind: "filtered", rule };
  const message = "The handler returned neither nothing nor { filtered: <rule> }.";
  return failed({ kind: "config", code: "handler.result_invalid", message });
}

function failed(failure: Failure): AttemptResult {
  return { kind: "failed", failure };
}
