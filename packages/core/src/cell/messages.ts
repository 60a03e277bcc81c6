import type { Failure, JsonObject } from "@gluttony/model";
import type { LogFacts } from "@gluttony/sdk";
import type { AttemptResult } from "./cell.ts";
import { isFailureKind, plainLine } from "./failure-of.ts";
import { FrameError } from "./frames.ts";

/** Said first by both sides; anything else on the pipe means that the other is no cell of ours. */
export const cellMagic = "gluttony-cell";

/** Protocol majors that this host and its bootstrap speak. */
export const cellProtocols: readonly number[] = [1];

/** Where one handler's code lies. */
export interface HandlerEntry {
  readonly name: string;
  readonly url: string;
  readonly export: string;
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

/** What a handler asks the host to call; the body follows as raw bytes. */
export interface FetchMessage {
  readonly request: number;
  readonly attemptId: number;
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly hasBody: boolean;
  readonly timeoutMs: number | null;
}

/** The head of the host's answer to a `fetch` frame. */
export interface FetchedMessage {
  readonly request: number;
  readonly answer:
    | { readonly status: number; readonly headers: { readonly [name: string]: string } }
    | { readonly failure: Failure };
}

export interface LogMessage {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly facts: LogFacts;
  readonly attemptId: number;
  /** Lines dropped by the cell's own limit since the last one. */
  readonly dropped: number;
}

/** One outcome on the wire: the attempt's number, and what came of it. */
export type OutcomeTuple =
  | readonly [attemptId: number, kind: "done"]
  | readonly [attemptId: number, kind: "filtered", rule: string]
  | readonly [attemptId: number, kind: "failed", failure: Failure];

/** Lays an outcome out for the wire. */
export function outcomeTuple(attemptId: number, result: AttemptResult): OutcomeTuple {
  switch (result.kind) {
    case "done":
      return [attemptId, "done"];
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
  if (kind === "done") return [attemptId, { kind }];
  if (kind === "filtered") return [attemptId, { kind, rule: textOf(detail, "rule", 100) }];
  if (kind === "failed") return [attemptId, { kind, failure: parseFailure(detail) }];
  throw new FrameError("An outcome has no known kind.");
}

function parseFailure(value: unknown): Failure {
  const fields = objectOf(value, "failure");
  const { kind, retryAfterMs, target } = fields;
  if (!isFailureKind(kind)) throw new FrameError("A failure has no known kind.");
  return {
    kind,
    code: textOf(fields.code, "code", 150),
    message: plainLine(textOf(fields.message, "message", 1_000)),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(typeof target === "string" ? { target: plainLine(target, 200) } : {}),
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

export function parseFetch(value: unknown): FetchMessage {
  const fields = objectOf(value, "fetch");
  const { request, attemptId, timeoutMs } = fields;
  if (typeof request !== "number" || typeof attemptId !== "number")
    throw new FrameError("A call has no number.");
  return {
    request,
    attemptId,
    url: textOf(fields.url, "url", 8_192),
    method: textOf(fields.method, "method", 16),
    headers: headersOf(fields.headers),
    hasBody: fields.hasBody === true,
    timeoutMs: typeof timeoutMs === "number" && timeoutMs > 0 ? timeoutMs : null,
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

type Fields = { readonly [name: string]: unknown };

function objectOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null) throw new FrameError(`A ${what} is not an object.`);
  return value as Fields;
}

function textOf(value: unknown, what: string, charactersMax: number): string {
  if (typeof value !== "string" || value.length > charactersMax)
    throw new FrameError(`A ${what} is not a short text.`);
  return value;
}

function headersOf(value: unknown): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (const [name, header] of Object.entries(objectOf(value, "list of headers"))) {
    headers[name.toLowerCase()] = textOf(header, "header", 8_192);
  }
  return headers;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
