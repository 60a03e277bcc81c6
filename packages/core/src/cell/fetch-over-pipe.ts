import { HandlerError } from "@gluttony/sdk";
import type { TargetRequest, TargetResponse } from "@gluttony/sdk";
import type { Failure } from "@gluttony/model";
import { encodeJsonFrame, encodeMixedFrame, frameTypes } from "./frames.ts";
import type { FetchMessage, FetchedMessage } from "./messages.ts";
import { targetResponse } from "./target-response.ts";

/** On whose behalf a call is made. */
export interface FetchCaller {
  readonly attemptId: number;
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly resolve: (response: TargetResponse) => void;
  readonly reject: (error: unknown) => void;
}

/** The largest body that a handler may send or receive. */
export const fetchBodyBytesMax: number = 8 * 1024 * 1024;

/** Calls of one cell that may be open at once. */
const openCallsMax = 256;

/** The cell's half of `context.fetch`: a frame asks, a frame answers, and the host does the calling. */
export class FetchOverPipe {
  readonly #write: (frame: Buffer) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  async call(caller: FetchCaller, url: string, request: TargetRequest = {}): Promise<TargetResponse> {
    caller.signal.throwIfAborted();
    const body = bodyBytes(request.body);
    if (body.byteLength > fetchBodyBytesMax) throw refusal("The request's body is larger than 8 MiB.");
    if (this.#waiting.size >= openCallsMax) throw new HandlerError("transient", "Too many calls are open.");
    this.#last += 1;
    const message: FetchMessage = {
      request: this.#last,
      attemptId: caller.attemptId,
      url: String(url),
      method: request.method ?? "GET",
      headers: { ...request.headers },
      hasBody: request.body !== undefined,
      timeoutMs: request.timeoutMs ?? null,
    };
    return this.#exchange(message, body, caller.signal);
  }

  /** Gives the host's answer to the call that waits for it. */
  settle({ request, answer }: FetchedMessage, body: Buffer): void {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (waiting === undefined) return;
    if ("failure" in answer) waiting.reject(handlerError(answer.failure));
    else waiting.resolve(targetResponse({ ...answer, body }));
  }

  async #exchange(message: FetchMessage, body: Uint8Array, signal: AbortSignal): Promise<TargetResponse> {
    const { request } = message;
    const aborted = (): void => this.#abort(request, signal);
    try {
      return await new Promise<TargetResponse>((resolve, reject) => {
        this.#waiting.set(request, { resolve, reject });
        signal.addEventListener("abort", aborted, { once: true });
        this.#write(encodeMixedFrame(frameTypes.fetch, message, body));
      });
    } finally {
      signal.removeEventListener("abort", aborted);
      this.#waiting.delete(request);
    }
  }

  // The request may have been applied, and the handler must not take an abort for "nothing happened".
  #abort(request: number, signal: AbortSignal): void {
    this.#write(encodeJsonFrame(frameTypes.fetchAbort, { request }));
    const options = { code: "target.timeout", cause: signal.reason };
    const error = new HandlerError("ambiguous", "The call was given up before the target answered.", options);
    this.#waiting.get(request)?.reject(error);
  }
}

function bodyBytes(body: string | Uint8Array | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  return typeof body === "string" ? Buffer.from(body, "utf8") : body;
}

function refusal(message: string): HandlerError {
  return new HandlerError("record", message, { code: "target.request_too_large" });
}

function handlerError({ kind, code, message, retryAfterMs, target }: Failure): HandlerError {
  return new HandlerError(kind, message, {
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(target === undefined ? {} : { target }),
  });
}
