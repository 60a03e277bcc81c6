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

const nothingEnded: EndedAbove = { codes: new Uint8Array(0), rules: [] };
const firstCapacity = 256;
const codeOf = { open: 0, done: 1, hole: 2, skipped: 3, parked: 4 } as const;
const firstRuleCode = 5;
/** Rules told apart in one partition; further ones are counted under `other`. */
const rulesMax = 200;

/**
 * Knows which offsets of one partition ended and how, in any order, and the mark below which all is accounted.
 * The sums always add up: mark − start equals the endings and holes counted below the mark.
 */
export class OffsetTracker {
  readonly start: bigint;
  #mark: bigint;
  #next: bigint;
  #savedMark: bigint;
  /** One byte per offset from the mark on: how it ended. A ring whose size is a power of two. */
  #ring = new Uint8Array(firstCapacity);
  readonly #rules: string[] = [];
  #counts = new Map<number, number>();
  /** Codes of offsets from the start on that ended before this tracker was made, on another host or in an earlier life. */
  readonly #restored: Uint8Array;
  #changes = 0;
  #savedChanges = 0;

  constructor(start: bigint, ended: EndedAbove = nothingEnded) {
    this.start = start;
    this.#mark = start;
    this.#next = start;
    this.#savedMark = start;
    this.#restored = ended.codes;
    this.#rules.push(...ended.rules);
  }

  /** The lowest offset that is not accounted for: the next commit. */
  get mark(): bigint {
    return this.#mark;
  }

  /** One past the highest offset seen. */
  get next(): bigint {
    return this.#next;
  }

  /** Offsets seen that are not yet under a durable mark: what a crash now would repeat at most. */
  get unsaved(): number {
    return Number(this.#next - this.#savedMark);
  }

  /**
   * Remembers an offset as in flight. Offsets left out since the last one hold no record and are holes. Answers
   * whether the record ended before this tracker was made, and so must not run again.
   */
  begin(offset: bigint): boolean {
    assert(offset >= this.#next, "offsets begin in order");
    this.endHolesUpTo(offset);
    this.#next = offset + 1n;
    this.#grow();
    const code = this.#restored[Number(offset - this.start)] ?? codeOf.open;
    this.#ring[this.#slot(offset)] = code;
    if (code === codeOf.open) return false;
    this.#changes += 1;
    this.#advance();
    return true;
  }

  /** How what was begun above the mark ended so far. */
  endedAbove(): EndedAbove {
    const codes = new Uint8Array(Number(this.#next - this.#mark));
    for (let index = 0; index < codes.length; index += 1) {
      codes[index] = this.#ring[this.#slot(this.#mark + BigInt(index))] ?? codeOf.open;
    }
    return { codes: this.#withRestored(codes), rules: this.#rules };
  }

  /** Accounts for offsets that hold no record for us: compacted, aborted or control records. */
  endHolesUpTo(position: bigint): void {
    if (this.#next < position) this.#changes += 1;
    for (let offset = this.#next; offset < position; offset += 1n) {
      this.#next = offset + 1n;
      this.#grow();
      // A record that ended and was compacted away since keeps its ending.
      this.#ring[this.#slot(offset)] =
        (this.#restored[Number(offset - this.start)] ?? codeOf.open) || codeOf.hole;
    }
    this.#advance();
  }

  /** Marks one offset as ended; ending it twice changes nothing. */
  finish(offset: bigint, ending: Ending): void {
    assert(offset < this.#next, "an offset ends after it began");
    if (offset < this.#mark) return;
    const slot = this.#slot(offset);
    if (this.#ring[slot] === codeOf.open) {
      this.#ring[slot] = this.#codeOf(ending);
      this.#changes += 1;
    }
    this.#advance();
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
      from: this.#savedMark,
      to: this.#mark,
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
    assert(advance.from === this.#savedMark, "advances are saved in order");
    this.#savedMark = advance.to;
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

  #advance(): void {
    while (this.#mark < this.#next) {
      const slot = this.#slot(this.#mark);
      const code = this.#ring[slot] ?? codeOf.open;
      if (code === codeOf.open) return;
      this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
      this.#ring[slot] = codeOf.open;
      this.#mark += 1n;
    }
  }

  /** What was restored and is not read again yet stays known. */
  #withRestored(codes: Uint8Array): Uint8Array {
    const unread = this.#restored.subarray(Number(this.#next - this.start));
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

  #slot(offset: bigint): number {
    return Number(offset & BigInt(this.#ring.length - 1));
  }

  #grow(): void {
    const needed = Number(this.#next - this.#mark);
    if (needed <= this.#ring.length) return;
    const larger = new Uint8Array(this.#ring.length * 2);
    for (let offset = this.#mark; offset < this.#next - 1n; offset += 1n) {
      larger[Number(offset & BigInt(larger.length - 1))] = this.#ring[this.#slot(offset)] ?? 0;
    }
    this.#ring = larger;
  }
}
