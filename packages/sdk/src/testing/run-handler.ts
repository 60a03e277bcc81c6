import type { Change } from "../change.ts";
import type { HandlerContext, HandlerState, LogFacts, Logger } from "../context.ts";
import { HandlerError } from "../failure.ts";
import type { FailureKind } from "../failure.ts";
import type { Handler } from "../handler.ts";
import { withDefaults } from "./config-defaults.ts";
import { FakeTargetTable } from "./fake-targets.ts";
import type { FakeTargets, TargetCall } from "./fake-targets.ts";
import { StepMemory } from "./step-memory.ts";

/** What one attempt is run with; everything has a default. */
export interface RunOptions {
  /** The settings as a consumer's row gives them; the schema's defaults are filled in. */
  readonly config?: { readonly [name: string]: unknown };
  readonly targets?: FakeTargets;
  readonly attempt?: number;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** What `context.once` remembers; share one between runs to test a second attempt. */
  readonly steps?: StepMemory;
  /** What `context.state` holds, as JSON text by key; share one between runs. */
  readonly state?: Map<string, string>;
  /** Values of `context.secret`, by name. */
  readonly secrets?: { readonly [name: string]: string };
}

/** How an attempt ended. An error that is no `HandlerError` counts as `transient`, as in the host. */
export type RunEnding =
  | { readonly done: true }
  | { readonly filtered: string }
  | {
      readonly failed: FailureKind;
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    };

/** One line that the handler logged. */
export interface LoggedLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly facts: LogFacts;
}

/** What an attempt did: its ending, its calls and its log. */
export interface HandlerRun {
  readonly ending: RunEnding;
  readonly calls: readonly TargetCall[];
  readonly log: readonly LoggedLine[];
}

/** Runs one attempt of a handler against fake targets, without a host, a broker or a network. */
export async function runHandler(
  handler: Handler,
  change: Change,
  options: RunOptions = {},
): Promise<HandlerRun> {
  const targets = new FakeTargetTable(options.targets ?? {});
  const log: LoggedLine[] = [];
  const context = contextOf(handler, options, { targets, log });
  return { ending: await endingOf(handler, change, context), calls: targets.calls, log };
}

async function endingOf(handler: Handler, change: Change, context: HandlerContext): Promise<RunEnding> {
  try {
    const outcome: unknown = await handler.handle(change, context);
    return outcomeOf(outcome);
  } catch (error) {
    return failureOf(error);
  }
}

// As the host takes it: a rule is a label of a metric, so it must be short and from a small set.
const rulePattern = /^[a-z][a-z0-9_.-]{0,63}$/;

function outcomeOf(outcome: unknown): RunEnding {
  if (outcome === undefined) return { done: true };
  const rule = typeof outcome === "object" && outcome !== null ? Reflect.get(outcome, "filtered") : undefined;
  if (typeof rule === "string" && rulePattern.test(rule)) return { filtered: rule };
  const message = "The handler returned neither nothing nor { filtered: <rule> }.";
  return { failed: "config", code: "handler.result_invalid", message, retryAfterMs: undefined };
}

const kinds: readonly FailureKind[] = ["transient", "ambiguous", "record", "auth", "config"];

function failureOf(error: unknown): RunEnding {
  const message = error instanceof Error ? error.message : "";
  const facts = typeof error === "object" && error !== null ? error : {};
  const failed = kinds.find((kind) => kind === Reflect.get(facts, "kind"));
  if (failed === undefined)
    return { failed: "transient", code: "handler.threw", message, retryAfterMs: undefined };
  const retryAfterMs: unknown = Reflect.get(facts, "retryAfterMs");
  return {
    failed,
    code: String(Reflect.get(facts, "code")),
    message,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
}

interface Recording {
  readonly targets: FakeTargetTable;
  readonly log: LoggedLine[];
}

function contextOf(handler: Handler, options: RunOptions, recording: Recording): HandlerContext {
  const { idempotencyKey = "test-key", steps = new StepMemory() } = options;
  const signal = options.signal ?? new AbortController().signal;
  return {
    config: withDefaults(handler.config, options.config ?? {}),
    log: loggerInto(recording.log),
    signal,
    attempt: options.attempt ?? 1,
    idempotencyKey,
    consumer: "test-consumer",
    fetch: (url, request) => recording.targets.fetch(url, request, signal),
    once: steps.onceOf(idempotencyKey),
    state: stateIn(options.state ?? new Map()),
    secret: async (name) => secretOf(name, options.secrets ?? {}),
  };
}

function stateIn(values: Map<string, string>): HandlerState {
  return {
    get: async (key) => {
      const text = values.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: async (key, value) => void values.set(key, JSON.stringify(value)),
    delete: async (key) => void values.delete(key),
  };
}

function secretOf(name: string, values: { readonly [name: string]: string }): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw new HandlerError("config", "The secret is not granted.", { code: "secret.not_granted" });
}

function loggerInto(lines: LoggedLine[]): Logger {
  const at =
    (level: keyof Logger) =>
    (message: string, facts: LogFacts = {}): void => {
      lines.push({ level, message, facts });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
