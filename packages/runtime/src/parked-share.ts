/** Endings that are remembered. */
const windowLength = 200;
/** Endings needed before a share says anything. */
const endingsMin = 100;

/** Knows which share of the latest records was refused, so that a fault of code is not taken for bad records. */
export class ParkedShare {
  readonly #percentMax: number;
  #isParked: boolean[] = [];
  #parked = 0;

  constructor(percentMax: number) {
    this.#percentMax = percentMax;
  }

  /** Percent of the latest records. */
  get percent(): number {
    return this.#isParked.length === 0 ? 0 : Math.round((this.#parked * 100) / this.#isParked.length);
  }

  /** Whether one more parked record would be one too many. */
  get isFull(): boolean {
    if (this.#percentMax >= 100 || this.#isParked.length < endingsMin) return false;
    return this.#parked * 100 > this.#percentMax * this.#isParked.length;
  }

  note(isParked: boolean): void {
    this.#isParked.push(isParked);
    if (isParked) this.#parked += 1;
    if (this.#isParked.length > windowLength && this.#isParked.shift() === true) this.#parked -= 1;
  }

  /** Forgets what was: a record went through again. */
  clear(): void {
    this.#isParked = [];
    this.#parked = 0;
  }
}
