import { type Failure, toGluttonyError } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { Logger } from "@gluttony/sdk";
import type { Clock } from "../ports.ts";
import type { ErrorBook } from "./error-group.ts";
import { ErrorTally } from "./error-tally.ts";

/** Milliseconds between writes. */
const writeBeatMs = 2_000;

/** Hears of every attempt that failed. */
export interface ErrorNotes {
  /** `release` is the one that was tried; null when the record did not reach a handler. */
  note(consumerId: string, failure: Failure, tried: TriedRecord): void;
}

/** The record whose attempt failed. */
export interface TriedRecord {
  readonly record: RawRecord;
  readonly release: string | null;
}

/** What the errors of a host depend on. */
export interface HostErrorsParts {
  readonly book: ErrorBook;
  readonly clock: Clock;
  readonly log: Pick<Logger, "debug">;
}

/** Counts what fails on this host, consumer by consumer, and has it written down in batches, off the records' way. */
export class HostErrors implements ErrorNotes {
  readonly #parts: HostErrorsParts;
  readonly #tallies = new Map<string, ErrorTally>();

  constructor(parts: HostErrorsParts) {
    this.#parts = parts;
  }

  note(consumerId: string, failure: Failure, tried: TriedRecord): void {
    let tally = this.#tallies.get(consumerId);
    if (tally === undefined) {
      tally = new ErrorTally();
      this.#tallies.set(consumerId, tally);
    }
    tally.note(failure, tried, this.#parts.clock.wallMs());
  }

  /** Writes until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.clock.sleep(writeBeatMs, signal);
      await this.write();
    }
  }

  /** Writes what was counted since the last time; what cannot be written waits for the next one. Never rejects. */
  async write(): Promise<void> {
    const taken = [...this.#tallies].map(([consumerId, tally]) => [consumerId, tally.take()] as const);
    this.#tallies.clear();
    for (const [consumerId, groups] of taken) {
      try {
        await this.#parts.book.add(consumerId, groups);
      } catch (error) {
        this.#parts.log.debug("errors cannot be written", { code: toGluttonyError(error).code });
        const tally = this.#tallies.get(consumerId) ?? new ErrorTally();
        tally.putBack(groups);
        this.#tallies.set(consumerId, tally);
      }
    }
  }
}
