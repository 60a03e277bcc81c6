import type { TargetRequest, TargetResponse } from "../context.ts";
import { HandlerError } from "../failure.ts";

/** What a fake target answers; the status is 200 and the body empty unless given. An object is sent as JSON. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | object;
}

/** One target: an answer, an error to throw, a function of the request, or `"hangs"`: no answer before the abort. */
export type FakeTarget =
  | FakeAnswer
  | Error
  | "hangs"
  | ((request: TargetRequest, url: string) => FakeAnswer | Error);

/**
 * Targets by `METHOD url`, for example `POST http://empi.test/api/client/patient/add`. `*` stands for every address
 * that is not listed.
 */
export type FakeTargets = { readonly [methodAndUrl: string]: FakeTarget };

/** One call that a handler made. */
export interface TargetCall {
  readonly method: string;
  readonly url: string;
  readonly request: TargetRequest;
}

/** A target that answers one after the other, and then goes on with the last: a 503 first, then success. */
export function inTurn(...answers: readonly (FakeAnswer | Error)[]): FakeTarget {
  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)] ?? {};
    next += 1;
    return answer;
  };
}

/** Answers from a table instead of the network and writes down every call. */
export class FakeTargetTable {
  readonly calls: TargetCall[] = [];
  readonly #targets: FakeTargets;

  constructor(targets: FakeTargets) {
    this.#targets = targets;
  }

  /** The answer of the target; a `signal` that aborts ends the call, as it does in the host. */
  async fetch(url: string, request: TargetRequest = {}, signal?: AbortSignal): Promise<TargetResponse> {
    const method = request.method ?? "GET";
    this.calls.push({ method, url, request });
    const target = this.#targets[`${method} ${url}`] ?? this.#targets["*"];
    if (target === undefined) {
      // As the host refuses an origin that is not granted.
      throw new HandlerError("config", `No target ${method} ${url}.`, { code: "target.not_granted" });
    }
    if (target === "hangs") return untilAborted(signal);
    if (signal?.aborted === true) throw aborted();
    const answer = typeof target === "function" ? target(request, url) : target;
    if (answer instanceof Error) throw answer;
    return responseOf(answer);
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted === true) reject(aborted());
    signal?.addEventListener("abort", () => reject(aborted()), { once: true });
  });
}

function aborted(): HandlerError {
  return new HandlerError("ambiguous", "The target had not answered when the attempt was ended.", {
    code: "target.timeout",
  });
}

function responseOf(answer: FakeAnswer): TargetResponse {
  const text = typeof answer.body === "object" ? JSON.stringify(answer.body) : (answer.body ?? "");
  return {
    status: answer.status ?? 200,
    headers: answer.headers ?? {},
    body: new TextEncoder().encode(text),
    text: () => text,
    json: () => parseAnswer(text),
  };
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HandlerError("transient", "The answer is not JSON.", { code: "target.answer_invalid" });
  }
}
