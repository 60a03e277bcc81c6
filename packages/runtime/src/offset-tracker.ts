import assert from "node:assert";
import type { Ending, EndingCounts } from "@gluttony/model";

/** What the tracker says about the way from the last saved mark to the present one. */
export interface TrackedAdvance {
  /** Grows with every save asked for; tells what ended since. */
  readonly changes: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly endings: EndingCounts;
  readonly filteredByRule: ReadonlyMap<string, number>;
}

/** How offsets from a mark on ended: a code each, 0 for those that did not; and the rules that codes refer to. */
export interface EndedAbove {
  readonly codes: Uint8Array;
  readonly rules: readonly string[];
}

/** What is known of one offset. */
export type TrackedOffset = "accounted" | "in flight" | "not read" | "ended above the mark";

const nothingEnded: EndedAbove = { codes: new Uint8Array(0), rules: [] };
const firstCapacity = 256;
const codeOf = { open: 0, done: 1, hole: 2, skipped: 3, parked: 4 } as const;
const firstRuleCode = 5;
/** Rules told apart in one partition; further ones are counted under `other`. */
const rulesMax = 200;

/**
 * Knows which offsets of one partition ended and how, in any order, and the mark below which all is accounted.
 * The sums always add up: mark − start equals the endings and holes counted below the mark. Inside, offsets are
 * distances from the start, which are plain numbers: at tens of thousands of records a second bigint is felt.
 */
export class OffsetTracker {
  readonly start: bigint;
  #mark = 0;
  #next = 0;
  #savedMark = 0;
  /** One byte per offset from the mark on: how it ended. A ring whose size is a power of two. */
  #ring = new Uint8Array(firstCapacity);
  readonly #rules: string[] = [];
  readonly #counts = new Map<number, number>();
  /** Codes of offsets from the start on that ended before this tracker was made, on another host or in an earlier life. */
  readonly #restored: Uint8Array;
  #changes = 0;
  #savedChanges = 0;

  constructor(start: bigint, ended: EndedAbove = nothingEnded) {
    this.start = start;
    this.#restored = ended.codes;
    this.#rules.push(...ended.rules);
  }

  /** The lowest offset that is not accounted for: the next commit. */
  get mark(): bigint {
    return this.start + BigInt(this.#mark);
  }

  /** One past the highest offset seen. */
  get next(): bigint {
    return this.start + BigInt(this.#next);
  }

  /** Offsets seen that are not yet under a durable mark: what a crash now would repeat at most. */
  get unsaved(): number {
    return this.#next - this.#savedMark;
  }

  /** Offsets between the mark and the last one seen. */
  get window(): number {
    return this.#next - this.#mark;
  }

  /** What is known of an offset. */
  lookUp(offset: bigint): TrackedOffset {
    const distance = this.#distance(offset);
    if (distance < this.#mark) return "accounted";
    if (distance >= this.#next) return "not read";
    return this.#ring[this.#slot(distance)] === codeOf.open ? "in flight" : "ended above the mark";
  }

  /**
   * Remembers an offset as in flight. Offsets left out since the last one hold no record and are holes. Answers
   * whether the record ended before this tracker was made, and so must not run again.
   */
  begin(offset: bigint): boolean {
    const distance = this.#distance(offset);
    assert(distance >= this.#next, "offsets begin in order");
    if (distance > this.#next) this.#endHolesUpTo(distance);
    this.#next = distance + 1;
    this.#grow();
    const code = this.#restored[distance] ?? codeOf.open;
    this.#ring[this.#slot(distance)] = code;
    if (code === codeOf.open) return false;
    this.#changes += 1;
    this.#advance();
    return true;
  }

  /** How what was begun above the mark ended so far. */
  endedAbove(): EndedAbove {
    const length = this.#next - this.#mark;
    const codes = new Uint8Array(length);
    const from = this.#slot(this.#mark);
    const untilEnd = Math.min(length, this.#ring.length - from);
    codes.set(this.#ring.subarray(from, from + untilEnd));
    codes.set(this.#ring.subarray(0, length - untilEnd), untilEnd);
    return { codes: this.#withRestored(codes), rules: this.#rules };
  }

  /** Accounts for offsets that hold no record for us: compacted, aborted or control records. */
  endHolesUpTo(position: bigint): void {
    const distance = this.#distance(position);
    if (distance > this.#next) this.#endHolesUpTo(distance);
  }

  /** Marks one offset as ended; ending it twice changes nothing. */
  finish(offset: bigint, ending: Ending): void {
    const distance = this.#distance(offset);
    assert(distance < this.#next, "an offset ends after it began");
    if (distance < this.#mark) return;
    const slot = this.#slot(distance);
    if (this.#ring[slot] !== codeOf.open) return;
    this.#ring[slot] = this.#codeOf(ending);
    this.#changes += 1;
    if (distance === this.#mark) this.#advance();
  }

  /** Says that something else that is saved with the mark has changed. */
  touch(): void {
    this.#changes += 1;
  }

  /** What was accounted since the last save; null when nothing was. */
  unsavedAdvance(): TrackedAdvance | null {
    if (this.#changes === this.#savedChanges) return null;
    const filteredByRule = new Map<string, number>();
    let filtered = 0;
    for (const [code, count] of this.#counts) {
      if (code < firstRuleCode || count === 0) continue;
      filteredByRule.set(this.#rules[code - firstRuleCode] ?? "other", count);
      filtered += count;
    }
    const count = (code: number): number => this.#counts.get(code) ?? 0;
    return {
      changes: this.#changes,
      from: this.start + BigInt(this.#savedMark),
      to: this.mark,
      filteredByRule,
      endings: {
        done: count(codeOf.done),
        filtered,
        skipped: count(codeOf.skipped),
        parked: count(codeOf.parked),
        hole: count(codeOf.hole),
      },
    };
  }

  /** Says that an advance is durable. Offsets that ended meanwhile stay to be saved. */
  saved(advance: TrackedAdvance): void {
    assert(this.#distance(advance.from) === this.#savedMark, "advances are saved in order");
    this.#savedMark = this.#distance(advance.to);
    this.#savedChanges = advance.changes;
    const subtract = (code: number, count: number): void => {
      this.#counts.set(code, (this.#counts.get(code) ?? 0) - count);
    };
    subtract(codeOf.done, advance.endings.done);
    subtract(codeOf.skipped, advance.endings.skipped);
    subtract(codeOf.parked, advance.endings.parked);
    subtract(codeOf.hole, advance.endings.hole);
    for (const [rule, count] of advance.filteredByRule) {
      subtract(this.#ruleCode(rule), count);
    }
  }

  #distance(offset: bigint): number {
    return Number(offset - this.start);
  }

  #endHolesUpTo(distance: number): void {
    for (let hole = this.#next; hole < distance; hole += 1) {
      this.#next = hole + 1;
      this.#grow();
      // A record that ended and was compacted away since keeps its ending.
      this.#ring[this.#slot(hole)] = (this.#restored[hole] ?? codeOf.open) || codeOf.hole;
      // A gap may be far larger than any window: what is accounted leaves the ring on the way.
      if (hole - this.#mark >= firstCapacity) this.#advance();
    }
    this.#changes += 1;
    this.#advance();
  }

  #advance(): void {
    while (this.#mark < this.#next) {
      const slot = this.#slot(this.#mark);
      const code = this.#ring[slot] ?? codeOf.open;
      if (code === codeOf.open) return;
      this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
      this.#ring[slot] = codeOf.open;
      this.#mark += 1;
    }
  }

  /** What was restored and is not read again yet stays known. */
  #withRestored(codes: Uint8Array): Uint8Array {
    const unread = this.#restored.subarray(this.#next);
    if (unread.length === 0) return codes;
    const all = new Uint8Array(codes.length + unread.length);
    all.set(codes);
    all.set(unread, codes.length);
    return all;
  }

  #codeOf(ending: Ending): number {
    return ending.kind === "filtered" ? this.#ruleCode(ending.rule) : codeOf[ending.kind];
  }

  #ruleCode(rule: string): number {
    const known = this.#rules.indexOf(rule);
    if (known !== -1) return firstRuleCode + known;
    if (this.#rules.length >= rulesMax) return this.#ruleCodeOfOther();
    return firstRuleCode + this.#rules.push(rule) - 1;
  }

  #ruleCodeOfOther(): number {
    const known = this.#rules.indexOf("other");
    if (known !== -1) return firstRuleCode + known;
    return firstRuleCode + this.#rules.push("other") - 1;
  }

  #slot(distance: number): number {
    return distance % this.#ring.length;
  }

  #grow(): void {
    const needed = this.#next - this.#mark;
    if (needed <= this.#ring.length) return;
    const larger = new Uint8Array(this.#ring.length * 2);
    for (let distance = this.#mark; distance < this.#next - 1; distance += 1) {
      larger[distance % larger.length] = this.#ring[this.#slot(distance)] ?? 0;
    }
    this.#ring = larger;
  }
}
