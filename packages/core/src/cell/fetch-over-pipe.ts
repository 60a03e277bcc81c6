import { HandlerError } from "@gluttony/sdk";
import type { TargetRequest, TargetResponse } from "@gluttony/sdk";
import type { AbortListener, AttemptSignal } from "./attempt-signal.ts";
import { encodeCall } from "./call-frames.ts";
import type { AnsweredMessage, CallMessage } from "./call-frames.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import { handlerError } from "./handler-error.ts";
import type { CallFailedMessage } from "./messages.ts";
import { NumberedSlots } from "./numbered-slots.ts";
import { targetResponse } from "./target-response.ts";

/** On whose behalf a call is made. */
export interface FetchCaller {
  readonly attemptId: number;
  readonly signal: AttemptSignal;
  /** The step of `context.once` that the call belongs to. */
  readonly step: string | undefined;
}

/** A call without an answer so far. */
class Waiting implements AbortListener {
  readonly resolve: (response: TargetResponse) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AttemptSignal;
  readonly #pipe: FetchOverPipe;
  number = 0;

  constructor(pipe: FetchOverPipe, signal: AttemptSignal, settle: Pick<Waiting, "resolve" | "reject">) {
    this.#pipe = pipe;
    this.signal = signal;
    this.resolve = settle.resolve;
    this.reject = settle.reject;
  }

  abort(): void {
    this.#pipe.giveUp(this.number);
  }
}

/** The largest body that a handler may send or receive. */
export const fetchBodyBytesMax: number = 8 * 1024 * 1024;

/** Calls of one cell that may be open at once; a cell holds at most 512 attempts. */
const openCallsMax = 1_024;

/** The cell's half of `context.fetch`: a frame asks, a frame answers, and the host does the calling. */
export class FetchOverPipe {
  readonly #write: (frame: Buffer) => void;
  readonly #waiting = new NumberedSlots<Waiting>();

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  call(caller: FetchCaller, url: string, request: TargetRequest = {}): Promise<TargetResponse> {
    return new Promise((resolve, reject) => {
      const { signal } = caller;
      signal.throwIfAborted();
      const call = sentOf(caller, url, request);
      if (this.#waiting.size >= openCallsMax) throw new HandlerError("transient", "Too many calls are open.");
      const waiting = new Waiting(this, signal, { resolve, reject });
      waiting.number = call.request = this.#waiting.add(waiting);
      const frame = encodeCall(call);
      if (frame === null) {
        this.#waiting.take(call.request);
        throw tooLarge("The request's URL or headers are longer than 8,192 characters.");
      }
      signal.listen(waiting);
      this.#write(frame);
    });
  }

  /** Gives the target's answer to the call that waits for it. */
  settle(answered: AnsweredMessage): void {
    this.#take(answered.request)?.resolve(targetResponse(answered));
  }

  /** Gives the host's failure to the call that waits for it. */
  fail({ request, failure }: CallFailedMessage): void {
    this.#take(request)?.reject(handlerError(failure));
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.take(request);
    if (waiting === undefined) return undefined;
    waiting.signal.unlisten(waiting);
    return waiting;
  }

  /** The attempt was called off. The request may have been applied, and must not count as "nothing happened". */
  giveUp(request: number): void {
    const waiting = this.#take(request);
    if (waiting === undefined) return;
    this.#write(encodeJsonFrame(frameTypes.fetchAbort, { request }));
    const options = { code: "target.timeout", cause: waiting.signal.reason };
    waiting.reject(
      new HandlerError("ambiguous", "The call was given up before the target answered.", options),
    );
  }
}

/**
 * What is sent of a request; its number is set once it has one. A copy made by spreading would have a hidden class of
 * its own for each call: measured, that is a tenth of a cell's work.
 */
function sentOf(
  { attemptId, step }: FetchCaller,
  url: string,
  request: TargetRequest,
): Numbered<CallMessage> {
  const body = request.body === undefined ? null : bodyBytes(request.body);
  if (body !== null && body.byteLength > fetchBodyBytesMax)
    throw tooLarge("The request's body is larger than 8 MiB.");
  return {
    request: 0,
    attemptId,
    url: String(url),
    method: String(request.method ?? "GET"),
    headers: textsOf(request.headers),
    body,
    timeoutMs: request.timeoutMs ?? null,
    step: step ?? null,
  };
}

type Numbered<Message extends { readonly request: number }> = Message & { request: number };

function bodyBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? Buffer.from(body, "utf8") : body;
}

const noHeaders: { readonly [name: string]: string } = {};

function textsOf(headers: TargetRequest["headers"]): { readonly [name: string]: string } {
  if (headers === undefined) return noHeaders;
  // A plugin in JavaScript may give numbers.
  for (const name of Object.keys(headers)) {
    if (typeof headers[name] !== "string") {
      return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)]));
    }
  }
  return headers;
}

function tooLarge(message: string): HandlerError {
  return new HandlerError("record", message, { code: "target.request_too_large" });
}
