import type { Failure } from "@gluttony/model";
import type { DispatchGate } from "./dispatch-gate.ts";
import type { Clock } from "./ports.ts";
import type { RunHealth } from "./run-health.ts";

/** Milliseconds after which one record tries whether the cause of a block is gone. */
const probeEveryMs = 10_000;

/** Holds every record back for a cause that fails them all alike, and lets one try from time to time. */
export class BlockedRun {
  readonly #gate: DispatchGate;
  readonly #health: RunHealth;
  readonly #clock: Clock;
  readonly #isEmpty: () => boolean;
  #cancelProbe: (() => void) | null = null;

  /** `isEmpty` tells that no record is left which could try. */
  constructor(gate: DispatchGate, health: RunHealth, means: { clock: Clock; isEmpty: () => boolean }) {
    this.#gate = gate;
    this.#health = health;
    this.#clock = means.clock;
    this.#isEmpty = means.isEmpty;
  }

  block(failure: Failure): void {
    this.#health.noteBlocked(failure);
    this.#gate.hold("blocked");
    this.#cancelProbe ??= this.#clock.later(probeEveryMs, () => this.#probe());
  }

  /** A record went through: the cause is gone. */
  goOn(): void {
    this.#health.noteSuccess();
    if (this.#cancelProbe === null) return;
    this.close();
    this.#gate.release("blocked");
  }

  /** A record came to its end, perhaps without a word of the cause, as one that is held back by its key: the next one tries. */
  passedOver(): void {
    if (this.#cancelProbe === null) return;
    this.#cancelProbe();
    this.#cancelProbe = this.#clock.later(0, () => this.#probe());
  }

  close(): void {
    this.#cancelProbe?.();
    this.#cancelProbe = null;
  }

  #probe(): void {
    // What failed has gone to another host meanwhile; the next record will tell.
    if (this.#isEmpty()) return this.goOn();
    this.#cancelProbe = this.#clock.later(probeEveryMs, () => this.#probe());
    this.#gate.probe();
  }
}
