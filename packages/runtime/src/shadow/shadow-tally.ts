/** How often a shadow's attempts came to one thing, beside the live ones. */
export interface ShadowCount {
  /**
   * `same`; `outcome` or `calls`: that differs; `dropped`: the shadow could not follow; `not_started`: it does not run, with its
   * code as `shadow`; `other`: a difference beyond the number of those that are told apart.
   */
  readonly kind: "same" | "outcome" | "calls" | "dropped" | "not_started" | "other";
  /** What the live attempt came to; empty where there is nothing to say. */
  readonly live: string;
  readonly shadow: string;
  readonly count: number;
}

/** What is counted once. */
export type ShadowSign = Omit<ShadowCount, "count">;

/** Differences that are told apart between two takes. */
const kindsMax = 64;

/** Counts what a shadow comes to until it is written down. Bounded, whatever codes a plugin invents. */
export class ShadowTally {
  #counts = new Map<string, ShadowCount>();

  note(sign: ShadowSign): void {
    this.add({ ...sign, count: 1 });
  }

  add(counted: ShadowCount): void {
    const { kind, live, shadow, count } = counted;
    const key = JSON.stringify([kind, live, shadow]);
    const known = this.#counts.get(key);
    if (known === undefined && this.#counts.size >= kindsMax && kind !== "other") {
      this.add({ kind: "other", live: "", shadow: "", count });
      return;
    }
    this.#counts.set(key, { kind, live, shadow, count: count + (known?.count ?? 0) });
  }

  /** What was counted since the last take. */
  take(): readonly ShadowCount[] {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }
}
