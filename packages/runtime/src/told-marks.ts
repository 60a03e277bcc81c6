import type { Partition } from "./partition.ts";
import type { Mark, RecordSource } from "./ports.ts";

/**
 * Tells the broker of marks that are remembered, beside whatever is remembered next: a broker that does not answer must
 * not keep anything from being remembered, or a crash would repeat all that ended meanwhile. One question at a time; what
 * comes while one is under way goes with the next, and only the latest mark of a partition.
 */
export class ToldMarks {
  readonly #source: RecordSource;
  readonly #onTrouble: (error: unknown) => void;
  #next = new Map<Partition, Mark>();
  #telling: Promise<void> | null = null;
  #isFailing = false;

  constructor(source: RecordSource, onTrouble: (error: unknown) => void) {
    this.#source = source;
    this.#onTrouble = onTrouble;
  }

  /** Whether the latest question went without a good answer. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Called with every save, also of nothing: what the broker did not take is tried again then. */
  tell(marks: ReadonlyMap<Partition, Mark>): void {
    for (const [partition, mark] of marks) this.#next.set(partition, mark);
    if (this.#next.size > 0) this.#telling ??= this.#tellAll();
  }

  /** When everything was told, or could not be. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  async #tellAll(): Promise<void> {
    do {
      // A partition that went to another host meanwhile: an older mark must not go over that host's.
      const ours = [...this.#next].filter(([partition]) => partition.isOurs);
      this.#next = new Map();
      try {
        if (ours.length > 0) await this.#source.commit(ours.map(([, mark]) => mark));
        this.#isFailing = false;
      } catch (error) {
        this.#isFailing = true;
        this.#next = new Map([...ours, ...this.#next]);
        this.#onTrouble(error);
      }
    } while (this.#next.size > 0 && !this.#isFailing);
    this.#telling = null;
  }
}
