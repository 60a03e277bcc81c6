import type { Position, WaitingRecord } from "@gluttony/model";
import { decodeEndedAbove } from "../../../packages/runtime/src/ended-above.ts";
import type { HostProcess } from "../world/host-process.ts";
import type { World } from "../world/world.ts";

/** One partition in the hands of one process, from the position it was given on. */
export interface Ownership {
  readonly process: HostProcess;
  readonly partition: number;
  /** Null until the owner has said where it begins. */
  start: number | null;
  /** Of the group, when it was assigned. */
  readonly generation: number;
  memory: Memory;
  isOver: boolean;
}

/** What was durable of a partition when its owner read it. */
export interface Memory {
  readonly mark: number;
  /** Whether an offset had ended. */
  hasEnded(offset: number): boolean;
  readonly waiting: ReadonlyMap<number, WaitingRecord>;
}

/** Knows who holds which partition, as the processes themselves were told. */
export class Ownerships {
  readonly #world: World;
  readonly #all: Ownership[] = [];
  readonly #loaded = new Map<HostProcess, readonly Position[]>();

  constructor(world: World) {
    this.#world = world;
  }

  noteLoaded(process: HostProcess, positions: readonly Position[]): void {
    this.#loaded.set(process, positions);
  }

  give(process: HostProcess, partition: number, generation: number): void {
    this.#all.push({
      process,
      partition,
      generation,
      start: null,
      memory: memoryOf(undefined),
      isOver: false,
    });
  }

  /** The owner has said where it begins, by what it read in Postgres. */
  begin(process: HostProcess, partition: number, start: bigint): void {
    const ownership = this.current(process, partition);
    if (ownership === undefined) return;
    ownership.start = Number(start);
    ownership.memory = memoryOf(this.#loaded.get(process)?.find((one) => one.partition === partition));
  }

  end(process: HostProcess, partitions: readonly number[]): readonly Ownership[] {
    const ended = this.#all.filter(
      (one) => !one.isOver && one.process === process && partitions.includes(one.partition),
    );
    for (const one of ended) one.isOver = true;
    return ended;
  }

  current(process: HostProcess, partition: number): Ownership | undefined {
    return this.#all.findLast((one) => !one.isOver && one.process === process && one.partition === partition);
  }

  /** Whether another process was given the partition since. */
  isSuperseded(ownership: Ownership): boolean {
    return this.#all.some(
      (one) =>
        one.partition === ownership.partition &&
        one.generation > ownership.generation &&
        one.process !== ownership.process,
    );
  }

  /** Partitions that a living process holds now. */
  heldBy(process: HostProcess): readonly Ownership[] {
    return this.#all.filter((one) => !one.isOver && one.process === process && !process.isDead);
  }

  get nowMs(): number {
    return this.#world.nowMs;
  }
}

/** Reads what Postgres remembers with the product's own decoder: what it cannot read the product does not know. */
export function memoryOf(position: Position | undefined): Memory {
  if (position === undefined) return { mark: 0, hasEnded: () => false, waiting: new Map() };
  const mark = Number(position.mark);
  const { codes } = decodeEndedAbove(position.endedAbove);
  return {
    mark,
    hasEnded: (offset) => offset < mark || (codes[offset - mark] ?? 0) !== 0,
    waiting: new Map((position.waiting ?? []).map((one) => [Number(one.offset), one])),
  };
}
