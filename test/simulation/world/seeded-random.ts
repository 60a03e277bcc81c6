/** The one source of chance in a run: a small generator of 32-bit state words (sfc32), filled from the seed. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed ^ 0x9e3779b9) | 0;
    this.#c = Math.floor(seed / 2 ** 32) | 0;
    // Neighbouring seeds begin alike; they differ after a few rounds.
    for (let round = 0; round < 15; round += 1) this.next();
  }

  /** From 0 (included) to 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  isHit(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.next() * items.length)] ?? items[0];
  }

  /** Mostly short, at times long: the way networks delay. */
  delayMs(typicalMs: number): number {
    const drawn = this.next();
    return drawn < 0.9 ? typicalMs * (0.5 + drawn) : typicalMs * (1 + (drawn - 0.9) * 200);
  }
}
