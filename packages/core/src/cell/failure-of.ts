import type { Failure } from "@gluttony/model";
import type { FailureKind } from "@gluttony/sdk";

/** What is known beside the thrown value. */
export interface ThrownWhere {
  readonly signal: { readonly aborted: boolean; readonly reason: unknown };
  readonly rootUrl: string;
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
    return classifiedFailure(thrown) ?? unclassifiedFailure(thrown, where);
  } catch {
    // The thrown value answers with traps of its own.
    return { kind: "transient", code: "handler.threw", message: "The handler threw an unreadable value." };
  }
}

/** Cuts a text for operators to one bounded line without control characters. */
export function plainLine(text: string, charactersMax: number = messageCharactersMax): string {
  return text.slice(0, charactersMax).replace(/[\p{Cc}\u2028\u2029]/gu, " ");
}

function classifiedFailure(thrown: unknown): Failure | undefined {
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
    message: typeof message === "string" ? plainLine(message) : "",
    ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 && Number.isFinite(retryAfterMs)
      ? { retryAfterMs }
      : {}),
    ...(typeof target === "string" ? { target: plainLine(target, 200) } : {}),
  };
}

function unclassifiedFailure(thrown: unknown, where: ThrownWhere): Failure {
  if (where.signal.aborted) return abortedFailure(where.signal);
  const place = thrown instanceof Error ? placeOf(thrown, where.rootUrl) : undefined;
  const what = `The handler threw ${classOf(thrown)}`;
  const message = place === undefined ? `${what}.` : `${what} at ${place}.`;
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

/** The first place in the plugin's own files, as path:line:column below the release's root. */
function placeOf(error: Error, rootUrl: string): string | undefined {
  const stack: unknown = error.stack;
  if (typeof stack !== "string") return undefined;
  // The stack begins with the message, which must not be searched: it may hold anything.
  const head = stack.indexOf(error.message);
  const lines = stack.slice(head < 0 ? 0 : head + error.message.length).split("\n", 50);
  for (const line of lines) {
    const place = placeInLine(line, rootUrl);
    if (place !== undefined) return place;
  }
  return undefined;
}

function placeInLine(line: string, rootUrl: string): string | undefined {
  const from = line.indexOf(rootUrl);
  if (from < 0 || !line.trimStart().startsWith("at ")) return undefined;
  const match = /^[\w./@+-]{1,200}:\d+:\d+/.exec(line.slice(from + rootUrl.length));
  return match?.[0];
}
