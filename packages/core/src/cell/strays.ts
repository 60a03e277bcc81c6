import { failureOf } from "./failure-of.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import type { StraysMessage } from "./messages.ts";

/** Milliseconds between two messages about rejections that nobody waits for. */
const betweenMs = 1_000;
const neverAborted = { aborted: false, reason: undefined };
/** Nobody knows which row the words are about. */
const hide = (): string => "The handler's own words are left out.";

/**
 * Counts promises of the plugin that were rejected while nobody waited for them. They end no process and change no
 * outcome: what a handler forgot to wait for says nothing about the record it answered for.
 */
export class Strays {
  readonly #write: (frame: Buffer) => void;
  #count = 0;
  #seen = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  /** Tells of the first at once, and of those that follow once a second. */
  note(reason: unknown, rootUrl: string): void {
    this.#count += 1;
    this.#seen = failureOf(reason, { signal: neverAborted, rootUrl, hide }).message;
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    const message: StraysMessage = { count: this.#count, seen: this.#seen };
    this.#count = 0;
    this.#write(encodeJsonFrame(frameTypes.strays, message));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#count > 0) this.#tell();
    }, betweenMs);
    this.#timer.unref();
  }
}
