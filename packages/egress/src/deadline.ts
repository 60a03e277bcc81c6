import type { CallStop } from "./call-stop.ts";

/** Why an exchange was ended by us. */
export type EndedBy = "timeout" | "aborted";

/** Timers of about the same length share one list in Node, which makes them several times cheaper. */
const coarseMs = 64;

/**
 * Calls `onEnd` once, when the time is over or the caller stops the call, whichever comes first; at once (in a
 * microtask) if it is stopped already. It covers everything of an exchange: waiting for a turn, the connection, the
 * headers and the body. Longer times are rounded up by at most 64 ms.
 */
export class Deadline {
  readonly #timer: NodeJS.Timeout;
  readonly #stop: CallStop | null;
  readonly #onEnd: (by: EndedBy) => void;
  #isOver = false;

  constructor(timeoutMs: number, stop: CallStop | null, onEnd: (by: EndedBy) => void) {
    this.#stop = stop;
    this.#onEnd = onEnd;
    this.#timer = setTimeout(() => this.#end("timeout"), roundedMs(timeoutMs));
    if (stop === null) return;
    if (stop.isStopped) queueMicrotask(() => this.#end("aborted"));
    else stop.listener = this;
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#stop !== null) this.#stop.listener = null;
  }

  /** The caller stops the call. */
  stop(): void {
    this.#end("aborted");
  }

  #end(by: EndedBy): void {
    if (this.#isOver) return;
    this.cancel();
    this.#onEnd(by);
  }
}

function roundedMs(timeoutMs: number): number {
  return timeoutMs < 1_000 ? timeoutMs : Math.ceil(timeoutMs / coarseMs) * coarseMs;
}
