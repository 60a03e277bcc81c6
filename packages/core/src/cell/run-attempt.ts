import type { Failure } from "@gluttony/model";
import type {
  Handler,
  HandlerContext,
  Logger,
  RawRecord,
  TargetRequest,
  TargetResponse,
} from "@gluttony/sdk";
import type { Codec } from "@gluttony/sdk/codecs";
import type { AttemptResult } from "./cell.ts";
import { failureOf } from "./failure-of.ts";

/** One record to try once with one handler. */
export interface AttemptJob {
  readonly handler: Handler;
  readonly record: RawRecord;
  readonly config: unknown;
  readonly consumer: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** What an attempt may use. */
export interface AttemptTools {
  readonly codec: Codec;
  readonly log: Logger;
  /** Folder of the release as a `file:` URL; stack lines outside of it are not shown. */
  readonly rootUrl: string;
  fetch(url: string, request?: TargetRequest): Promise<TargetResponse>;
}

/** Decodes the record, calls the handler and says what came of it. Never throws: the cell and the tests share it. */
export async function runAttempt(job: AttemptJob, tools: AttemptTools): Promise<AttemptResult> {
  const called: Called = { target: null };
  try {
    const decoded = tools.codec.decode(job.record);
    if ("notAChange" in decoded) return { kind: "filtered", rule: `debezium.${decoded.notAChange}` };
    if ("undecodable" in decoded) {
      return failed({ kind: "record", code: decoded.undecodable, message: decoded.detail });
    }
    return resultOf(await job.handler.handle(decoded, contextOf(job, tools, called)));
  } catch (thrown) {
    const failure = failureOf(thrown, { signal: job.signal, rootUrl: tools.rootUrl });
    return failed(blaming(failure, called));
  }
}

/** The target that an attempt called last. */
interface Called {
  target: string | null;
}

/**
 * Names the target of a failure that may pass, when the handler did not: a handler that turns a 503 into an
 * error of its own would otherwise hide that the target is down, and its records would be parked in an outage.
 */
function blaming(failure: Failure, { target }: Called): Failure {
  const mayPass = failure.kind === "transient" || failure.kind === "ambiguous";
  if (!mayPass || target === null || failure.target !== undefined) return failure;
  return { ...failure, target };
}

function contextOf(job: AttemptJob, tools: AttemptTools, called: Called): HandlerContext {
  const { config, signal, attempt, idempotencyKey, consumer } = job;
  const { log } = tools;
  return {
    config,
    log,
    signal,
    attempt,
    idempotencyKey,
    consumer,
    fetch: (url, request) => {
      called.target = URL.canParse(url) ? new URL(url).origin : null;
      return tools.fetch(url, request);
    },
  };
}

// A rule is a label of a metric, so it must be short and from a small set.
const rulePattern = /^[a-z][a-z0-9_.-]{0,63}$/;

function resultOf(outcome: unknown): AttemptResult {
  if (outcome === undefined) return { kind: "done" };
  const rule = typeof outcome === "object" && outcome !== null ? Reflect.get(outcome, "filtered") : undefined;
  if (typeof rule === "string" && rulePattern.test(rule)) return { kind: "filtered", rule };
  const message = "The handler returned neither nothing nor { filtered: <rule> }.";
  return failed({ kind: "config", code: "handler.result_invalid", message });
}

function failed(failure: Failure): AttemptResult {
  return { kind: "failed", failure };
}
