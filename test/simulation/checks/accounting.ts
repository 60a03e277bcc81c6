import type { Position } from "@gluttony/model";
import type { Advance } from "@gluttony/runtime";
import type { LoggedRecord, Topic } from "../world/topic.ts";
import { sumOf } from "../world/position-store.ts";
import type { World } from "../world/world.ts";
import { memoryOf } from "./ownerships.ts";

/** Whether a record has an ending by all that the world saw; without one no mark may pass it. */
export function hasEnding({ class: kind, story, isCompacted }: LoggedRecord): boolean {
  if (kind === "filtered" || isCompacted) return true;
  return story.isDone || story.isParked || story.isStale || story.isLeftOut;
}

/**
 * K1: looks at every advance at the moment it is written, so that no mark ever stands beyond a record that has no
 * ending, no map names one, and the sums are those of the log.
 */
export class Accounting {
  readonly #world: World;
  readonly #topic: Topic;

  constructor(world: World, topic: Topic) {
    this.#world = world;
    this.#topic = topic;
  }

  onAdvance(held: Position, advance: Advance): void {
    const place = `p${advance.partition} ${advance.from}→${advance.to}`;
    if (held.topicId !== this.#topic.topicId) return;
    const { entries } = this.#topic.partition(advance.partition);
    const counts = { hole: 0, filtered: 0, mayBeFiltered: 0, parked: 0, done: 0 };
    for (let offset = Number(advance.from); offset < Number(advance.to); offset += 1) {
      const entry = entries[offset];
      if (entry === undefined) this.#world.violate("K1", `${place}: ${offset} lies beyond the log`);
      else if (entry === null) counts.hole += 1;
      else this.#count(entry, counts, place);
    }
    this.#compare(advance, counts, place);
    this.#checkMap(held, advance, place);
    const sum = BigInt(sumOf(held.endings) + sumOf(advance.endings));
    if (sum !== advance.to - held.start)
      this.#world.violate("K1", `${place}: the account does not add up to ${sum}`);
  }

  /** A mark at the broker is never ahead of what is remembered. */
  onCommitted(partition: number, mark: number, position: Position | undefined): void {
    if (position === undefined || mark > Number(position.mark)) {
      this.#world.violate(
        "K1",
        `p${partition}: ${mark} is committed, ${position?.mark ?? "nothing"} is remembered`,
      );
    }
  }

  #count(
    entry: LoggedRecord,
    counts: { filtered: number; mayBeFiltered: number; parked: number; done: number },
    place: string,
  ): void {
    const { story } = entry;
    if (!hasEnding(entry))
      this.#world.violate("K1", `${place}: the mark passes ${entry.offset}, which has no ending`);
    if (entry.class === "filtered") counts.filtered += 1;
    if (story.isStale || story.isLeftOut) counts.mayBeFiltered += 1;
    if (story.isParked) counts.parked += 1;
    if (story.isDone) counts.done += 1;
  }

  #compare(
    { endings }: Advance,
    counts: { hole: number; filtered: number; mayBeFiltered: number; parked: number; done: number },
    place: string,
  ): void {
    const faults = [
      // A record that ended and was compacted away since may be counted as either.
      endings.hole < counts.hole ? "holes" : null,
      endings.filtered > counts.filtered + counts.mayBeFiltered ? "filtered" : null,
      endings.parked > counts.parked ? "parked" : null,
      endings.done > counts.done ? "done" : null,
      endings.skipped > 0 ? "skipped" : null,
    ].filter((fault) => fault !== null);
    if (faults.length === 0) return;
    const said = `done ${endings.done}, filtered ${endings.filtered}, parked ${endings.parked}, holes ${endings.hole}`;
    const seen = `done ≤ ${counts.done}, filtered ≤ ${counts.filtered + counts.mayBeFiltered}, parked ≤ ${counts.parked}, holes ≥ ${counts.hole}`;
    this.#world.violate("K1", `${place}: ${faults.join(", ")} miscounted: ${said}; seen ${seen}`);
  }

  #checkMap(held: Position, advance: Advance, place: string): void {
    const { entries } = this.#topic.partition(advance.partition);
    const memory = memoryOf({ ...held, mark: advance.to, endedAbove: advance.endedAbove });
    for (let offset = memory.mark; offset < entries.length; offset += 1) {
      const entry = entries[offset];
      if (entry === null || entry === undefined || !memory.hasEnded(offset) || hasEnding(entry)) continue;
      this.#world.violate("K1", `${place}: the map names ${offset}, which has no ending`);
    }
  }
}
