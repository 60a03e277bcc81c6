import type { Death } from "./death.ts";

/** How many crashes, and how many records that kill, within which time are too many. */
export interface CrashBudgetLimits {
  readonly crashesMax: number;
  readonly guiltyRecordsMax: number;
  readonly crashWindowMs: number;
}

/**
 * Counts the deaths of a plugin's processes that nobody else is to blame for. A death for which one record was found
 * guilty is charged to that record: poison must not quarantine the plugin for everybody. Many guilty records do, since
 * then it is the plugin.
 */
export class CrashBudget {
  readonly #limits: CrashBudgetLimits;
  readonly #charges = new Set<Death>();
  /** Deaths that a record answers for; other attempts may still report them. */
  readonly #forgiven = new WeakSet<Death>();
  #guiltyAt: number[] = [];

  constructor(limits: CrashBudgetLimits) {
    this.#limits = limits;
  }

  /** Charging the same death twice changes nothing, and one that was planned is free. */
  charge(death: Death): void {
    if (death.isPlanned !== true && !this.#forgiven.has(death)) this.#charges.add(death);
  }

  /** Charges the deaths that one record took part in to that record. */
  blameRecord(deaths: readonly Death[], now: number): void {
    for (const death of deaths) {
      this.#forgiven.add(death);
      this.#charges.delete(death);
    }
    this.#guiltyAt.push(now);
  }

  isSpent(now: number): boolean {
    const { crashWindowMs, crashesMax, guiltyRecordsMax } = this.#limits;
    for (const death of this.#charges) {
      if (now - death.at > crashWindowMs) this.#charges.delete(death);
    }
    this.#guiltyAt = this.#guiltyAt.filter((at) => now - at <= crashWindowMs);
    return this.#charges.size >= crashesMax || this.#guiltyAt.length > guiltyRecordsMax;
  }
}
