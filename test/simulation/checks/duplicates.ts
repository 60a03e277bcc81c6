import type { HostProcess } from "../world/host-process.ts";
import type { TargetCall } from "../world/memory-cell.ts";
import type { PositionStore } from "../world/position-store.ts";
import type { LoggedRecord } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import { memoryOf, type Ownership } from "./ownerships.ts";

/**
 * K3: a record is called for again after it was done only when its ending was not durable: by another owner, which
 * had not read it in Postgres. So duplicates are bounded by what was in flight or ended since the last save.
 */
export class Duplicates {
  readonly #world: World;
  readonly #positions: PositionStore;
  readonly #isCalm: boolean;
  readonly #doneBy = new Map<LoggedRecord, Ownership>();
  #count = 0;

  constructor(world: World, positions: PositionStore, isCalm: boolean) {
    this.#world = world;
    this.#positions = positions;
    this.#isCalm = isCalm;
  }

  get count(): number {
    return this.#count;
  }

  onCall({ record, request, process }: TargetCall, owner: Ownership | undefined, isReplay: boolean): void {
    const place = `${process.id} p${record.partition}/${record.offset}`;
    const { story } = record;
    story.calls += 1;
    story.idempotencyKey ??= request.idempotencyKey;
    if (story.idempotencyKey !== request.idempotencyKey) {
      this.#world.violate("K3", `${place}: called with another idempotency key than before`);
    }
    if (isReplay || owner === undefined) return;
    this.#checkAttempts(request.attempt, record, owner, place);
    if (!story.isDone) return;
    this.#count += 1;
    if (this.#isCalm) this.#world.violate("K3", `${place}: done before, and nothing failed`);
    if (this.#doneBy.get(record) === owner)
      this.#world.violate("K3", `${place}: done before by the same owner`);
    if (owner.memory.hasEnded(record.offset))
      this.#world.violate("K3", `${place}: done before, and remembered`);
  }

  onDone(record: LoggedRecord, owner: Ownership | undefined): void {
    record.story.isDone = true;
    if (owner !== undefined) this.#doneBy.set(record, owner);
  }

  /** After a drain to which nothing happened, all that was done before it began is durable. */
  onDrained(process: HostProcess, ended: readonly Ownership[], doneBefore: ReadonlySet<LoggedRecord>): void {
    for (const owner of ended) {
      const memory = memoryOf(this.#positions.get(owner.partition));
      for (const record of doneBefore) {
        const isIts = this.#doneBy.get(record) === owner && record.partition === owner.partition;
        if (!isIts || memory.hasEnded(record.offset)) continue;
        this.#world.violate(
          "K3",
          `${process.id} p${record.partition}/${record.offset}: done and not saved by the drain`,
        );
      }
    }
  }

  /** Records whose ending reached the engine of this process. */
  doneBy(process: HostProcess): ReadonlySet<LoggedRecord> {
    return new Set(
      [...this.#doneBy]
        .filter(([, owner]) => owner.process === process && !owner.isOver)
        .map(([record]) => record),
    );
  }

  /** What was remembered of a record that waited is not forgotten by whoever reads it again. */
  #checkAttempts(attempt: number, record: LoggedRecord, owner: Ownership, place: string): void {
    const waiting = owner.memory.waiting.get(record.offset);
    if (waiting === undefined) return;
    if (attempt <= waiting.attempts) {
      this.#world.violate("K3", `${place}: attempt ${attempt}, though ${waiting.attempts} were remembered`);
    }
  }
}
