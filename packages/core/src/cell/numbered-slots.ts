/** Slots that a number can name; the rest of its 32 bits tells the uses of one slot apart. */
const slotsMax = 65_536;
const usesMax = 65_536;

/** The slot that a number names. */
export function slotOf(number: number): number {
  return number % slotsMax;
}

/**
 * Holds what is in flight under numbers of 32 bits: a slot, and which use of it. So a late answer to an old number is
 * never taken for one to its successor, and looking up is reading an array.
 */
export class NumberedSlots<Item> {
  readonly #items: (Item | undefined)[] = [];
  readonly #numbers: number[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Puts an item in and returns its number, which is not given again for as long as possible. */
  add(item: Item): number {
    const slot = this.#free.pop() ?? this.#items.length;
    if (slot >= slotsMax) throw new RangeError("Too many items are in flight.");
    const use = Math.floor((this.#numbers[slot] ?? -1) / slotsMax) + 1;
    const number = (use % usesMax) * slotsMax + slot;
    this.#items[slot] = item;
    this.#numbers[slot] = number;
    this.#size += 1;
    return number;
  }

  get(number: number): Item | undefined {
    const slot = slotOf(number);
    return this.#numbers[slot] === number ? this.#items[slot] : undefined;
  }

  /** Takes an item out; undefined when its number is not, or no longer, in use. */
  take(number: number): Item | undefined {
    const item = this.get(number);
    if (item === undefined) return undefined;
    const slot = slotOf(number);
    this.#items[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
    return item;
  }

  values(): readonly Item[] {
    return this.#items.filter((item) => item !== undefined);
  }
}
