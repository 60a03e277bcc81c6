import { GluttonyError, type EndingCounts, type Position } from "@gluttony/model";
import type { Advance } from "@gluttony/runtime";

/** Told before anything of an advance is written: so that a wrong one is seen at the very moment. */
export type AdvanceWitness = (held: Position, advance: Advance) => void;

/** Positions as Postgres keeps them: compare and set per partition, and an account that must add up. */
export class PositionStore {
  readonly #byPartition = new Map<number, Position>();
  readonly #witness: AdvanceWitness;

  constructor(witness: AdvanceWitness) {
    this.#witness = witness;
  }

  get(partition: number): Position | undefined {
    return this.#byPartition.get(partition);
  }

  load(): readonly Position[] {
    return [...this.#byPartition.values()];
  }

  begin(position: Position): void {
    if (this.#byPartition.has(position.partition)) return;
    this.#byPartition.set(position.partition, { ...position, saves: 0n });
  }

  advance(advances: readonly Advance[]): ReadonlySet<number> {
    const next = advances.flatMap((advance) => {
      const held = this.#byPartition.get(advance.partition);
      if (held?.topicId !== advance.topicId) return [];
      return held.mark === advance.from && held.saves === advance.saves ? [this.#moved(held, advance)] : [];
    });
    for (const position of next) this.#byPartition.set(position.partition, position);
    return new Set(next.map((position) => position.partition));
  }

  #moved(held: Position, advance: Advance): Position {
    const endings = added(held.endings, advance.endings);
    const byRule = [...advance.filteredByRule.values()].reduce((sum, count) => sum + count, 0);
    const isBalanced =
      BigInt(sumOf(endings)) === advance.to - held.start && byRule === advance.endings.filtered;
    this.#witness(held, advance);
    if (!isBalanced || advance.to < advance.from) {
      throw new GluttonyError("delivery.unbalanced", { partition: advance.partition });
    }
    const { waiting, endedAbove } = advance;
    // Bytes of a caller are copied, as a database does.
    const map = endedAbove === null ? null : Uint8Array.from(endedAbove);
    const saves = advance.saves + 1n;
    return {
      ...held,
      mark: advance.to,
      saves,
      endings,
      endedAbove: map,
      ...(waiting === null ? {} : { waiting }),
    };
  }
}

function added(held: EndingCounts, more: EndingCounts): EndingCounts {
  return {
    done: held.done + more.done,
    filtered: held.filtered + more.filtered,
    skipped: held.skipped + more.skipped,
    parked: held.parked + more.parked,
    hole: held.hole + more.hole,
  };
}

export function sumOf(endings: EndingCounts): number {
  return endings.done + endings.filtered + endings.skipped + endings.parked + endings.hole;
}
