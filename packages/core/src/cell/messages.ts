import type { BatchLimits, Failure, JsonObject } from "@gluttony/model";
import type { LogFacts } from "@gluttony/sdk";
import type { AttemptResult, CellDecoding } from "./cell.ts";
import { isFailureKind, plainLine } from "./failure-of.ts";
import { FrameError } from "./frames.ts";
import { framesMax, isFrameText } from "./plugin-frames.ts";

/** Said first by both sides; anything else on the pipe means that the other is no cell of ours. */
export const cellMagic = "gluttony-cell";

/** Protocol majors that this host and its bootstrap speak. */
export const cellProtocols: readonly number[] = [1];

/** Where one handler's code lies. */
export interface HandlerEntry {
  readonly name: string;
  readonly url: string;
  readonly export: string;
  readonly batch?: BatchLimits;
}

/** Tells the cell what to load. */
export interface StartMessage {
  readonly magic: string;
  readonly protocols: readonly number[];
  readonly rootUrl: string;
  readonly handlers: readonly HandlerEntry[];
}

/** Introduces a consumer; attempts refer to it by number. */
export interface ConsumerMessage {
  readonly number: number;
  readonly name: string;
  readonly handler: string;
  readonly config: JsonObject;
  readonly decoding?: CellDecoding;
}

export interface HelloMessage {
  readonly magic: string;
  readonly protocols: readonly number[];
  readonly sdk: string;
  readonly pid: number;
}

/** Why the plugin could not be loaded. */
export interface RefusedMessage {
  readonly code: string;
  readonly detail: string;
}

/** The host's answer to a call that no target answered. */
export interface CallFailedMessage {
  readonly request: number;
  readonly failure: Failure;
}

export interface LogMessage {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly facts: LogFacts;
  readonly attemptId: number;
  /** Lines dropped by the cell's own limit since the last one. */
  readonly dropped: number;
}

/** Rejections that nobody waited for, since the last such message. */
export interface StraysMessage {
  readonly count: number;
  /** The last of them, without row values. */
  readonly seen: string;
}

/** One outcome on the wire: the attempt's number, and what came of it. Those that are done travel by number alone. */
export type OutcomeTuple =
  | readonly [attemptId: number, kind: "filtered", rule: string]
  | readonly [attemptId: number, kind: "failed", failure: Failure];

/** Lays an outcome out for the wire. */
export function outcomeTuple(
  attemptId: number,
  result: Exclude<AttemptResult, { kind: "done" }>,
): OutcomeTuple {
  switch (result.kind) {
    case "filtered":
      return [attemptId, "filtered", result.rule];
    case "failed":
      return [attemptId, "failed", result.failure];
  }
}

/** Reads the outcomes of a cell, which is not trusted. Throws {@link FrameError}. */
export function parseOutcomes(value: unknown): readonly (readonly [number, AttemptResult])[] {
  if (!Array.isArray(value)) throw new FrameError("Outcomes are not a list.");
  return value.map(parseOutcome);
}

function parseOutcome(value: unknown): readonly [number, AttemptResult] {
  if (!Array.isArray(value)) throw new FrameError("An outcome is not a list.");
  const [attemptId, kind, detail]: readonly unknown[] = value;
  if (typeof attemptId !== "number") throw new FrameError("An outcome has no attempt.");
  if (kind === "filtered") return [attemptId, { kind, rule: textOf(detail, "rule", 100) }];
  if (kind === "failed") return [attemptId, { kind, failure: parseFailure(detail) }];
  throw new FrameError("An outcome has no known kind.");
}

/** Reads a failure of a cell, which is not trusted. Throws {@link FrameError}. */
export function parseFailure(value: unknown): Failure {
  const fields = objectOf(value, "failure");
  const { kind, retryAfterMs, target } = fields;
  const frames = Array.isArray(fields.frames) ? fields.frames.slice(0, framesMax).filter(isFrameText) : [];
  if (!isFailureKind(kind)) throw new FrameError("A failure has no known kind.");
  return {
    kind,
    code: textOf(fields.code, "code", 150),
    message: plainLine(textOf(fields.message, "message", 1_000)),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(typeof target === "string" ? { target: plainLine(target, 200) } : {}),
    ...(frames.length === 0 ? {} : { frames }),
  };
}

export function parseHello(value: unknown): HelloMessage {
  const fields = objectOf(value, "hello");
  const { magic, protocols, pid } = fields;
  if (magic !== cellMagic) throw new FrameError("The greeting is not a cell's.");
  if (!isNumbers(protocols) || typeof pid !== "number") throw new FrameError("The greeting is incomplete.");
  return { magic, protocols, pid, sdk: textOf(fields.sdk, "sdk", 100) };
}

export function parseRefused(value: unknown): RefusedMessage {
  const fields = objectOf(value, "refusal");
  return {
    code: textOf(fields.code, "code", 100),
    detail: plainLine(textOf(fields.detail, "detail", 4_000), 1_000),
  };
}

/** Reads `{ request }`, the only field of a `fetchAbort` frame. */
export function parseRequestNumber(value: unknown): number {
  const { request } = objectOf(value, "call");
  if (typeof request !== "number") throw new FrameError("A call has no number.");
  return request;
}

export function parseLog(value: unknown): LogMessage {
  const fields = objectOf(value, "log line");
  const { level, attemptId, dropped } = fields;
  const isLevel = level === "debug" || level === "info" || level === "warn" || level === "error";
  if (!isLevel) throw new FrameError("A log line has no level.");
  return {
    level,
    message: plainLine(textOf(fields.message, "message", 4_000), 1_000),
    facts: factsOf(fields.facts),
    attemptId: typeof attemptId === "number" ? attemptId : 0,
    dropped: typeof dropped === "number" ? dropped : 0,
  };
}

export function parseStrays(value: unknown): StraysMessage {
  const fields = objectOf(value, "count of rejections");
  if (typeof fields.count !== "number") throw new FrameError("Rejections have no count.");
  return { count: fields.count, seen: plainLine(textOf(fields.seen, "rejection", 1_000)) };
}

const factsMax = 20;

/** Keeps at most twenty plain facts; anything else a plugin passes is left out. */
export function factsOf(value: unknown): LogFacts {
  if (typeof value !== "object" || value === null) return {};
  const facts: { [name: string]: string | number | boolean | null } = {};
  for (const [name, fact] of Object.entries(value).slice(0, factsMax)) {
    if (typeof fact === "string") facts[plainLine(name, 60)] = plainLine(fact, 300);
    else if (typeof fact === "number" || typeof fact === "boolean" || fact === null) {
      facts[plainLine(name, 60)] = fact;
    }
  }
  return facts;
}

export type Fields = { readonly [name: string]: unknown };

export function objectOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null) throw new FrameError(`A ${what} is not an object.`);
  return value as Fields;
}

export function textOf(value: unknown, what: string, charactersMax: number): string {
  if (typeof value !== "string" || value.length > charactersMax)
    throw new FrameError(`A ${what} is not a short text.`);
  return value;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
