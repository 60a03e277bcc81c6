/** Why dispatching is held: a drain, a cause that fails every record alike, or the end. */
export type HoldReason = "draining" | "blocked" | "stopping";

/** Holds and releases dispatching; it goes on only when every reason is gone. */
export class DispatchGate {
  readonly #reasons = new Set<HoldReason>();
  readonly #lanes: { hold(): void; release(): void };

  constructor(lanes: { hold(): void; release(): void }) {
    this.#lanes = lanes;
  }

  hold(reason: HoldReason): void {
    this.#reasons.add(reason);
    this.#lanes.hold();
  }

  release(reason: HoldReason): void {
    this.#reasons.delete(reason);
    if (this.#reasons.size === 0) this.#lanes.release();
  }
}
