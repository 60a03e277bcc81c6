/** Lets one caller wait until a measured count falls below its bound. */
export class Room {
  readonly #max: number;
  readonly #taken: () => number;
  #wake: (() => void) | null = null;

  constructor(max: number, taken: () => number) {
    this.#max = max;
    this.#taken = taken;
  }

  /** Says that the count, or the wish to wait, may have changed. */
  changed(): void {
    this.#wake?.();
    this.#wake = null;
  }

  /** Resolves when there is room, or when the reason to wait is gone. */
  async free(isStillWanted: () => boolean): Promise<void> {
    while (this.#taken() >= this.#max && isStillWanted()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
