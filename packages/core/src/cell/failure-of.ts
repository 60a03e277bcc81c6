import type { Failure } from "@gluttony/model";
import type { FailureKind } from "@gluttony/sdk";
import { frameText, type PluginFrame, pluginFrames } from "./plugin-frames.ts";

/** What is known beside the thrown value. */
export interface ThrownWhere {
  readonly signal: { readonly aborted: boolean; readonly reason: unknown };
  readonly rootUrl: string;
  /** Takes out of a handler's own words what may not be told. */
  readonly hide: (text: string) => string;
}

const kinds: ReadonlySet<string> = new Set(["transient", "ambiguous", "record", "auth", "config"]);
const codePattern = /^[a-z][a-z0-9_-]{0,31}(\.[a-z0-9_-]{1,32}){1,3}$/;
const messageCharactersMax = 500;
const nameCharactersMax = 60;

/** Whether a value names a kind of failure. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === "string" && kinds.has(value);
}

/**
 * Reads anything a handler threw. An error with a known `kind` speaks for itself, whichever copy of the SDK
 * made it. Of any other error only the class and the place are told: its message may hold a row value.
 */
export function failureOf(thrown: unknown, where: ThrownWhere): Failure {
  try {
    const frames = framesOf(thrown, where);
    const failure = classifiedFailure(thrown, where) ?? unclassifiedFailure(thrown, where, frames[0]);
    return frames.length === 0 ? failure : { ...failure, frames: frames.map(frameText) };
  } catch {
    // The thrown value answers with traps of its own.
    return { kind: "transient", code: "handler.threw", message: "The handler threw an unreadable value." };
  }
}

/** Cuts a text for operators to one bounded line without control characters. */
export function plainLine(text: string, charactersMax: number = messageCharactersMax): string {
  return text.slice(0, charactersMax).replace(/[\p{Cc}\u2028\u2029]/gu, " ");
}

/** A stack that cannot be read tells no place; what the error says of itself still counts. */
function framesOf(thrown: unknown, { rootUrl }: ThrownWhere): readonly PluginFrame[] {
  try {
    return thrown instanceof Error ? pluginFrames(thrown, rootUrl) : [];
  } catch {
    return [];
  }
}

function classifiedFailure(thrown: unknown, { hide }: ThrownWhere): Failure | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const kind: unknown = Reflect.get(thrown, "kind");
  if (!isFailureKind(kind)) return undefined;
  const code: unknown = Reflect.get(thrown, "code");
  const message: unknown = Reflect.get(thrown, "message");
  const retryAfterMs: unknown = Reflect.get(thrown, "retryAfterMs");
  const target: unknown = Reflect.get(thrown, "target");
  return {
    kind,
    code: typeof code === "string" && codePattern.test(code) ? code : `handler.${kind}`,
    message: typeof message === "string" ? plainLine(hide(message)) : "",
    ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 && Number.isFinite(retryAfterMs)
      ? { retryAfterMs }
      : {}),
    ...(typeof target === "string" ? { target: plainLine(target, 200) } : {}),
  };
}

function unclassifiedFailure(
  thrown: unknown,
  where: ThrownWhere,
  innermost: PluginFrame | undefined,
): Failure {
  if (where.signal.aborted) return abortedFailure(where.signal);
  const what = `The handler threw ${classOf(thrown)}`;
  const message = innermost === undefined ? `${what}.` : `${what} at ${innermost.place}.`;
  return { kind: "transient", code: "handler.threw", message };
}

function abortedFailure(signal: ThrownWhere["signal"]): Failure {
  const reason: unknown = signal.reason;
  const isDeadline = reason instanceof Error && reason.name === "TimeoutError";
  return isDeadline
    ? { kind: "transient", code: "handler.deadline", message: "The handler gave up at its deadline." }
    : { kind: "transient", code: "handler.aborted", message: "The attempt was called off by the host." };
}

function classOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return thrown === null ? "null" : `a value of type ${typeof thrown}`;
  const name: unknown = thrown.constructor.name;
  const isName = typeof name === "string" && /^[A-Za-z_$][\w$]*$/.test(name);
  return isName ? name.slice(0, nameCharactersMax) : "Error";
}
