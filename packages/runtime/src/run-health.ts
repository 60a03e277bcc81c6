import { type Failure, type GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";

/** What holds a run up at the moment: the notes from which its state is told. */
export class RunHealth {
  readonly #log: Logger;
  #blockedBy: Failure | null = null;
  #trouble: GluttonyError | null = null;
  #missing: GluttonyError | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** The failure that holds every record up; null when none does. */
  get blockedBy(): Failure | null {
    return this.#blockedBy;
  }

  /** A store that cannot be written at the moment, or a registry that cannot be asked. */
  get trouble(): GluttonyError | null {
    return this.#trouble ?? this.#missing;
  }

  noteBlocked(failure: Failure): void {
    if (this.#blockedBy === null) this.#log.error("consumer blocked", { code: failure.code });
    this.#blockedBy = failure;
  }

  /** Notes that a record went through. */
  noteSuccess(): void {
    this.#blockedBy = null;
  }

  noteTrouble(error: unknown): void {
    const trouble = toGluttonyError(error);
    if (this.#trouble?.code !== trouble.code)
      this.#log.warn("a store cannot be written", { code: trouble.code });
    this.#trouble = trouble;
  }

  noteStoresWork(): void {
    this.#trouble = null;
  }

  /** Notes that reading waits for a registry; null when it goes on. */
  noteMissing(error: GluttonyError | null): void {
    if (error !== null && this.#missing?.code !== error.code)
      this.#log.warn("reading waits for the schema registry", { code: error.code });
    this.#missing = error;
  }
}
