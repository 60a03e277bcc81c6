import type { ObservedState } from "@gluttony/model";
import type { HostProcess } from "../world/host-process.ts";
import type { Topic } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import { hasEnding } from "./accounting.ts";
import type { Ownerships } from "./ownerships.ts";

/** States that need no cause: the consumer runs, or somebody asked for what it does. */
const causeless: ReadonlySet<string> = new Set(["running", "idle", "starting", "draining", "stopped"]);
/** Milliseconds in which a state must tell that nothing runs, beside what attempts may take. */
const truthMs = 5_000;
/** Milliseconds between two writes, with room for the look itself. */
const beatMs = 1_200;
/** Milliseconds without a word after which a host's word is not taken for the present. */
const silentMs = 2_500;
/** A silent fetch is told from a slow broker by the watchdog's patience alone, which any other trouble renews. */
const silentFetchMs = 45_000;

/** K6: what a host says of a consumer, at the moment it says it. */
export class Truth {
  readonly #world: World;
  readonly #topic: Topic;
  readonly #ownerships: Ownerships;
  readonly #attemptMaxMs: number;
  readonly #progressAtMs = new Map<HostProcess, number>();
  readonly #heldSince = new Map<HostProcess, number>();
  readonly #saidAtMs = new Map<HostProcess, number>();
  readonly #said = new Map<HostProcess, ObservedState>();
  /** Of any host. */
  lastProgressMs = 0;
  readonly #stalled = new Set<HostProcess>();

  constructor(
    world: World,
    parts: { readonly topic: Topic; readonly ownerships: Ownerships; readonly attemptMaxMs: number },
  ) {
    this.#world = world;
    this.#topic = parts.topic;
    this.#ownerships = parts.ownerships;
    this.#attemptMaxMs = parts.attemptMaxMs;
  }

  /** The latest that living hosts said. */
  get said(): readonly ObservedState[] {
    return [...this.#said].filter(([process]) => !process.isDead).map(([, state]) => state);
  }

  onProgress(process: HostProcess): void {
    this.lastProgressMs = this.#world.nowMs;
    this.#progressAtMs.set(process, this.#world.nowMs);
  }

  onHeld(process: HostProcess): void {
    this.#heldSince.set(process, this.#world.nowMs);
  }

  onStalled(process: HostProcess): void {
    this.#stalled.add(process);
  }

  onSaid(process: HostProcess, states: readonly ObservedState[]): void {
    const { nowMs } = this.#world;
    // Who could not write for a while is shown as silent.
    if (nowMs - (this.#saidAtMs.get(process) ?? nowMs) > silentMs) this.#heldSince.set(process, nowMs);
    this.#saidAtMs.set(process, nowMs);
    for (const state of states) {
      this.#note(process, state);
      this.#said.set(process, state);
      if (!causeless.has(state.state) && state.cause === null) {
        this.#world.violate("K6", `${process.id} says ${state.state} without a cause`);
      }
      // What was said to be held up until now may take its time to move.
      if (state.state === "running" || state.state === "idle") this.#checkMoving(process, state.state);
      else this.#heldSince.set(process, this.#world.nowMs);
    }
  }

  #note(process: HostProcess, { state, cause }: ObservedState): void {
    const before = this.#said.get(process);
    if (before?.state === state && before.cause?.code === cause?.code) return;
    this.#world.note(`${process.id} says ${state}${cause === null ? "" : ` (${cause.code})`}`);
  }

  #checkMoving(process: HostProcess, state: string): void {
    const waitingSinceMs = this.#oldestWaitingMs(process);
    if (waitingSinceMs === null) return;
    const stuckMs =
      this.#world.nowMs -
      Math.max(
        waitingSinceMs,
        process.awakeSinceMs,
        this.#progressAtMs.get(process) ?? 0,
        this.#heldSince.get(process) ?? 0,
      );
    const patienceMs = this.#stalled.has(process) ? silentFetchMs : truthMs + beatMs;
    if (stuckMs <= patienceMs + 2 * this.#attemptMaxMs) return;
    this.#world.violate(
      "K6",
      `${process.id} says ${state} though nothing ended for ${Math.round(stuckMs)} ms and records wait`,
    );
    this.#heldSince.set(process, this.#world.nowMs);
  }

  /** Since when a record that could be read has waited in what the host holds; null when none does. */
  #oldestWaitingMs(process: HostProcess): number | null {
    let oldestMs: number | null = null;
    for (const { partition, start } of this.#ownerships.heldBy(process)) {
      if (start === null) continue;
      const { entries, end } = this.#topic.partition(partition);
      for (let offset = start; offset < end; offset += 1) {
        const entry = entries[offset];
        if (entry === null || entry === undefined || hasEnding(entry)) continue;
        oldestMs = Math.min(oldestMs ?? entry.appendedAtMs, entry.appendedAtMs);
        break;
      }
    }
    return oldestMs;
  }
}
