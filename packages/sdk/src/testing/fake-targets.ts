import type { TargetRequest, TargetResponse } from "../context.ts";
import { HandlerError } from "../failure.ts";

/** What a fake target answers; the status is 200 and the body empty unless given. An object is sent as JSON. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | object;
}

/** One target: an answer, an error to throw, or a function of the request. */
export type FakeTarget = FakeAnswer | Error | ((request: TargetRequest, url: string) => FakeAnswer | Error);

/** Targets by `METHOD url`, for example `POST http://empi.test/api/client/patient/add`. */
export type FakeTargets = { readonly [methodAndUrl: string]: FakeTarget };

/** One call that a handler made. */
export interface TargetCall {
  readonly method: string;
  readonly url: string;
  readonly request: TargetRequest;
}

/** Answers from a table instead of the network and writes down every call. */
export class FakeTargetTable {
  readonly calls: TargetCall[] = [];
  readonly #targets: FakeTargets;

  constructor(targets: FakeTargets) {
    this.#targets = targets;
  }

  fetch(url: string, request: TargetRequest = {}): Promise<TargetResponse> {
    const method = request.method ?? "GET";
    this.calls.push({ method, url, request });
    const target = this.#targets[`${method} ${url}`];
    // As the host refuses an origin that is not granted.
    if (target === undefined)
      return Promise.reject(new HandlerError("config", `No target ${method} ${url}.`));
    const answer = typeof target === "function" ? target(request, url) : target;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(responseOf(answer));
  }
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
