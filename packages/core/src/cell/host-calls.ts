import type { Duplex } from "node:stream";
import type { HostFetchResponse, TargetCaller } from "../ports.ts";
import { encodeMixedFrame, frameTypes } from "./frames.ts";
import type { FetchMessage, FetchedMessage } from "./messages.ts";

/** The attempt on whose behalf a call is made, as the host knows it; the cell cannot forge it. */
export interface CallingAttempt {
  readonly idempotencyKey: string;
  /** Milliseconds left until the attempt's soft deadline. */
  readonly remainingMs: number;
}

/** Calls of one cell that may be open at once, beyond what its own bootstrap allows. */
const openCallsMax = 512;

/** The host's half of `context.fetch`: performs the calls of one cell and answers them on its pipe. */
export class HostCalls {
  readonly #channel: Duplex;
  readonly #targets: TargetCaller;
  readonly #grantedOrigins: readonly string[];
  readonly #open = new Map<number, AbortController>();

  constructor(channel: Duplex, targets: TargetCaller, grantedOrigins: readonly string[]) {
    this.#channel = channel;
    this.#targets = targets;
    this.#grantedOrigins = grantedOrigins;
  }

  /** Answers one call; an attempt that is over gets none performed. */
  async serve(message: FetchMessage, body: Uint8Array, attempt: CallingAttempt | undefined): Promise<void> {
    if (attempt === undefined || this.#open.size >= openCallsMax || this.#open.has(message.request)) {
      const failure = {
        kind: "transient",
        code: "target.call_refused",
        message: "The call was refused.",
      } as const;
      this.#answer({ request: message.request, answer: { failure } }, noBody);
      return;
    }
    const controller = new AbortController();
    this.#open.set(message.request, controller);
    const response = await this.#targets.call({
      url: message.url,
      method: message.method,
      headers: message.headers,
      // The payload belongs to the frame that was read; a body outlives it.
      body: message.hasBody ? Uint8Array.from(body) : null,
      timeoutMs: Math.max(1, Math.min(message.timeoutMs ?? attempt.remainingMs, attempt.remainingMs)),
      idempotencyKey: attempt.idempotencyKey,
      grantedOrigins: this.#grantedOrigins,
      signal: controller.signal,
    });
    this.#open.delete(message.request);
    this.#respond(message.request, response);
  }

  abort(request: number): void {
    this.#open.get(request)?.abort();
  }

  abortAll(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
  }

  #respond(request: number, response: Awaited<ReturnType<TargetCaller["call"]>>): void {
    if ("failure" in response) this.#answer({ request, answer: { failure: response.failure } }, noBody);
    else this.#answer({ request, answer: headOf(response) }, response.body);
  }

  #answer(message: FetchedMessage, body: Uint8Array): void {
    if (this.#channel.writable) this.#channel.write(encodeMixedFrame(frameTypes.fetched, message, body));
  }
}

const noBody = new Uint8Array(0);

function headOf({ status, headers }: HostFetchResponse): FetchedMessage["answer"] {
  return { status, headers };
}
