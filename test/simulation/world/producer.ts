import type { SeedPlan } from "./plan.ts";
import type { SourceChange, SourceDatabase } from "./source-database.ts";
import type { Topic } from "./topic.ts";
import type { World } from "./world.ts";

/** Repeated changes are among this many latest ones. */
const rememberedMax = 12;

/** The connector: writes changes in bursts, repeats itself after crashes, and leaves holes behind. */
export class Producer {
  readonly #world: World;
  readonly #topic: Topic;
  readonly #database: SourceDatabase;
  readonly #plan: SeedPlan;
  #latest: SourceChange[] = [];
  #written = 0;

  constructor(
    world: World,
    parts: { readonly topic: Topic; readonly database: SourceDatabase; readonly plan: SeedPlan },
  ) {
    this.#world = world;
    this.#topic = parts.topic;
    this.#database = parts.database;
    this.#plan = parts.plan;
  }

  get isFinished(): boolean {
    return this.#written >= this.#plan.records;
  }

  /** Plans every burst; a tenth of the records comes after everything was healed. */
  start(): void {
    const { random } = this.#world;
    const { records, healAtMs } = this.#plan;
    let planned = 0;
    while (planned < records) {
      const count = random.int(1, 14);
      const atMs =
        planned < records * 0.9 ? random.next() * healAtMs * 0.9 : healAtMs + random.next() * 4_000;
      this.#world.after(atMs, () => this.burst(count));
      planned += count;
    }
  }

  burst(count: number): void {
    const { random } = this.#world;
    for (let change = 0; change < count; change += 1) this.#write();
    if (random.isHit(this.#plan.rewind * 5)) this.#rewind();
    if (random.isHit(0.15)) this.#leaveHoles();
    if (random.isHit(0.1)) this.#transact();
    if (random.isHit(0.1)) this.#compact();
  }

  #write(): void {
    this.#written += 1;
    for (const change of this.#database.change()) {
      this.#topic.append(change);
      this.#latest = [...this.#latest, change].slice(-rememberedMax);
    }
  }

  /** A connector that crashed begins again where it last said it was. */
  #rewind(): void {
    const again = this.#latest.slice(-this.#world.random.int(3, rememberedMax));
    this.#world.note(`the connector repeats its latest ${again.length} changes`);
    for (const change of again) this.#topic.append(change);
  }

  #leaveHoles(): void {
    const { random } = this.#world;
    this.#topic.appendHoles(random.int(0, this.#topic.partitions.length - 1), random.int(1, 4));
  }

  /** A transaction holds back everything behind it until it ends; aborted ones leave holes alone. */
  #transact(): void {
    const { random } = this.#world;
    const number = random.int(0, this.#topic.partitions.length - 1);
    const { topicId } = this.#topic;
    const partition = this.#topic.partition(number);
    if (partition.openTransaction !== null) return;
    partition.openTransaction = partition.entries.length;
    if (random.isHit(0.5)) this.#topic.appendHoles(number, random.int(1, 3));
    else for (let change = 0; change < 3; change += 1) this.#write();
    this.#world.after(random.int(100, 2_000), () => {
      partition.openTransaction = null;
      if (this.#topic.topicId === topicId) this.#topic.appendHoles(number, 1);
    });
  }

  /** Removes old records whose key was written again since. */
  #compact(): void {
    const { random, nowMs } = this.#world;
    const partition = this.#topic.partition(random.int(0, this.#topic.partitions.length - 1));
    const newest = new Map<string, number>();
    // What no consumer of ours wants does not stand in for what it does.
    partition.entries.forEach((entry, offset) => {
      if (entry?.class === "wanted") newest.set(entry.change.key ?? "", offset);
    });
    partition.entries.forEach((entry, offset) => {
      if (entry === null || entry.change.key === null || entry.appendedAtMs > nowMs - 3_000) return;
      if ((newest.get(entry.change.key) ?? 0) > offset && random.isHit(0.3)) entry.isCompacted = true;
    });
  }
}
