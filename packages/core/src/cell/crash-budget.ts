import type { Death } from "./death.ts";

/** How many crashes within which time are too many. */
export interface CrashBudgetLimits {
  readonly crashesMax: number;
  readonly crashWindowMs: number;
}

/**
 * Counts the deaths of a plugin's processes. A record that kills is charged once, however many processes it
 * took to find it: one poison record must not quarantine the plugin.
 */
export class CrashBudget {
  readonly #limits: CrashBudgetLimits;
  readonly #charges = new Set<Death>();

  constructor(limits: CrashBudgetLimits) {
    this.#limits = limits;
  }

  /** Charging the same death twice changes nothing. */
  charge(death: Death): void {
    this.#charges.add(death);
  }

  /** Replaces the deaths that one record took part in by the last of them. */
  chargeOnce(deaths: readonly Death[]): void {
    for (const death of deaths.slice(0, -1)) this.#charges.delete(death);
  }

  isSpent(now: number): boolean {
    for (const death of this.#charges) {
      if (now - death.at > this.#limits.crashWindowMs) this.#charges.delete(death);
    }
    return this.#charges.size >= this.#limits.crashesMax;
  }
}
