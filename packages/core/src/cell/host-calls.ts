import type { Failure } from "@gluttony/model";
import type { HostFetchRequest, HostMeans } from "../ports.ts";
import { encodeAnswered } from "./call-frames.ts";
import type { CallMessage } from "./call-frames.ts";
import type { AttemptRequest } from "./cell.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import { isStepName } from "./host-steps.ts";
import { leaseLost, mayCall } from "./lease-lost.ts";
import { meansFor } from "./means-for.ts";
import type { CallFailedMessage } from "./messages.ts";
import { slotOf } from "./numbered-slots.ts";

/** The attempt on whose behalf a call is made, as the host knows it; the cell cannot forge it. */
export interface CallingAttempt {
  readonly request: AttemptRequest;
  /** The attempt's soft deadline, milliseconds on the monotonic clock. */
  readonly softAt: number;
  noteAnswer(origin: string, status: number): void;
}

/** Calls of one cell that may be open at once, beyond what its own bootstrap allows, and the bytes of their bodies. */
const openCallsMax = 2_048;
const openBytesMax = 64 * 1024 * 1024;

/** The host's half of `context.fetch`: performs the calls of one cell and answers them on its pipe. */
export class HostCalls {
  readonly #write: (frame: Buffer) => void;
  readonly #means: HostMeans;
  readonly #grantedOrigins: readonly string[];
  /** By the slots of the calls' numbers. */
  readonly #open: (OpenCall | undefined)[] = [];
  #openCount = 0;
  #openBytes = 0;

  constructor(write: (frame: Buffer) => void, means: HostMeans, grantedOrigins: readonly string[]) {
    this.#write = write;
    this.#means = means;
    this.#grantedOrigins = grantedOrigins;
  }

  /** Answers one call; an attempt that is over gets none performed. */
  serve(message: CallMessage, attempt: CallingAttempt | undefined): void {
    const { request } = message;
    const refusal = attempt === undefined ? callRefused : this.#refusalOf(message, attempt);
    if (attempt === undefined || refusal !== null) return this.#fail(request, refusal ?? callRefused);
    const open: OpenCall = { request, isStopped: false, listener: null };
    const bytes = message.body?.byteLength ?? 0;
    this.#open[slotOf(request)] = open;
    this.#openCount += 1;
    this.#openBytes += bytes;
    const { targets } = meansFor(attempt.request, this.#means);
    void targets.call(this.#requestOf(message, attempt, open)).then((response) => {
      this.#open[slotOf(request)] = undefined;
      this.#openCount -= 1;
      this.#openBytes -= bytes;
      if ("failure" in response) return this.#fail(request, response.failure);
      const { status, headers, body } = response;
      attempt.noteAnswer(originOf(message.url), status);
      this.#write(encodeAnswered({ request, status, headers, body }));
    });
  }

  abort(request: number): void {
    const open = this.#open[slotOf(request)];
    if (open?.request === request) stop(open);
  }

  abortAll(): void {
    for (const open of this.#open) if (open !== undefined) stop(open);
  }

  #refusalOf({ request, step, body }: CallMessage, attempt: CallingAttempt): Failure | null {
    if (this.#openCount >= openCallsMax || this.#open[slotOf(request)] !== undefined) return callRefused;
    if (this.#openBytes > 0 && this.#openBytes + (body?.byteLength ?? 0) > openBytesMax) return callRefused;
    if (step !== null && !isStepName(step)) return callRefused;
    return mayCall(attempt.request) ? null : leaseLost;
  }

  #requestOf(message: CallMessage, { request, softAt }: CallingAttempt, stopped: OpenCall): HostFetchRequest {
    const { url, method, headers, body, step } = message;
    const remainingMs = Math.round(softAt - performance.now());
    return {
      url,
      method,
      headers,
      body,
      timeoutMs: Math.max(1, Math.min(message.timeoutMs ?? remainingMs, remainingMs)),
      idempotencyKey: keyOf(request.idempotencyKey, step),
      consumer: request.consumer.name,
      grantedOrigins: this.#grantedOrigins,
      stop: stopped,
      mayCall: request.mayCall ?? always,
    };
  }

  #fail(request: number, failure: Failure): void {
    const message: CallFailedMessage = { request, failure };
    this.#write(encodeJsonFrame(frameTypes.fetched, message));
  }
}

interface OpenCall {
  readonly request: number;
  isStopped: boolean;
  listener: { stop(): void } | null;
}

function stop(open: OpenCall): void {
  open.isStopped = true;
  open.listener?.stop();
}

const always = (): boolean => true;

let lastUrl = "";
let lastOrigin = "";

/** The origin of an address that was called; most calls of a plugin go to the same one. */
export function originOf(url: string): string {
  if (url !== lastUrl) [lastUrl, lastOrigin] = [url, new URL(url).origin];
  return lastOrigin;
}

/** A step of an attempt is a deed of its own at the target, so it has a key of its own. */
export function keyOf(idempotencyKey: string, step: string | null): string {
  return step === null ? idempotencyKey : `${idempotencyKey}:${step}`;
}

const callRefused: Failure = {
  kind: "transient",
  code: "target.call_refused",
  message: "The call was refused.",
};
