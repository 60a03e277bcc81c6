/** Why dispatching is held: a drain, a cause that fails every record alike, a person who paused it, or the end. */
export type HoldReason = "draining" | "blocked" | "paused" | "stopping";

/** What the gate holds. */
export interface HeldLanes {
  hold(): void;
  release(): void;
  probe(): void;
}

/** Holds and releases dispatching; it goes on only when every reason is gone. */
export class DispatchGate {
  readonly #reasons = new Set<HoldReason>();
  readonly #lanes: HeldLanes;

  constructor(lanes: HeldLanes) {
    this.#lanes = lanes;
  }

  holds(reason: HoldReason): boolean {
    return this.#reasons.has(reason);
  }

  hold(reason: HoldReason): void {
    this.#reasons.add(reason);
    this.#lanes.hold();
  }

  release(reason: HoldReason): void {
    if (!this.#reasons.delete(reason)) return;
    if (this.#reasons.size === 0) this.#lanes.release();
  }

  /** Lets one record try whether the cause is gone, if nothing else holds. */
  probe(): void {
    if (this.#reasons.size === 1 && this.#reasons.has("blocked")) this.#lanes.probe();
  }
}
