import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Batch, Mark, RecordSource, SourceEvents, StartPosition } from "@gluttony/runtime";
import { BrokerLink, type Membership } from "./broker-link.ts";
import {
  type GroupCoordinator,
  heartbeatMs,
  type JoinAnswer,
  rebalanceMs,
  sessionMs,
} from "./group-coordinator.ts";
import type { HostProcess } from "./host-process.ts";
import type { PortCalls } from "./port-calls.ts";
import { Reader } from "./reader.ts";
import type { Topic } from "./topic.ts";
import type { World } from "./world.ts";

/** What a source lives in. */
export interface SourceSurroundings {
  readonly world: World;
  readonly process: HostProcess;
  readonly calls: PortCalls;
  readonly topic: Topic;
  readonly group: GroupCoordinator;
  readonly witness: OwnershipWitness;
  isBrokerAway(): boolean;
}

/** Told which partitions a process holds, and when it no longer does. */
export interface OwnershipWitness {
  /** The group gave it, in this generation. */
  onGiven(partition: number, generation: number): void;
  onBegun(partition: number, start: bigint): void;
  onLetGo(partitions: readonly number[], why: "revoked" | "lost" | "stopped"): void;
  onDraining(): void;
  /** A partition cannot go on until a person decides. */
  onBlocked(partition: number, code: string): void;
}

const drainBudgetMs = rebalanceMs / 2;
const drainGraceMs = 300;

/** A member of the group as `@gluttony/kafka` is one: drains before it joins again, keeps what it keeps. */
export class MemorySource implements RecordSource {
  readonly #in: SourceSurroundings;
  readonly #link: BrokerLink;
  readonly #reader: Reader;
  #events: SourceEvents | null = null;
  #member: Membership | null = null;
  #topicId = "";
  #epoch = 0;
  #leaseFromMs = Number.NEGATIVE_INFINITY;
  #isJoining = false;
  #isStopped = false;

  constructor(surroundings: SourceSurroundings) {
    this.#in = surroundings;
    this.#link = new BrokerLink(surroundings);
    this.#reader = new Reader(surroundings, {
      onOutOfRange: (partition, position) => this.#blockOutOfRange(partition, position),
      topicId: () => this.#topicId,
      onRecreated: () => this.#blockRecreated(),
    });
    surroundings.process.onDeath(() => surroundings.witness.onLetGo(this.#reader.partitions, "lost"));
  }

  async start(events: SourceEvents): Promise<void> {
    this.#events = events;
    await this.#link.connect();
    try {
      await this.#join(events);
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    this.#in.process.after(heartbeatMs, () => void this.#beat());
  }

  batches(): AsyncIterable<Batch> {
    return this.#reader.batches();
  }

  pause(partitions: readonly number[]): void {
    this.#reader.pause(partitions);
  }

  resume(partitions: readonly number[]): void {
    this.#reader.resume(partitions);
  }

  async commit(marks: readonly Mark[]): Promise<readonly Mark[]> {
    const member = this.#member;
    const ours = marks.filter(({ partition }) => this.#reader.has(partition));
    if (this.#isStopped || member === null || ours.length === 0 || this.#reader.isForeign) return [];
    const offsets = new Map(ours.map(({ partition, offset }) => [partition, Number(offset)]));
    return (await this.#link.commit(member, offsets)) ? ours : [];
  }

  async retentionMs(): Promise<number | null> {
    return null;
  }

  refetch(partitions: readonly number[]): void {
    this.#in.world.note(`${this.#in.process.id} fetches ${partitions.join(",")} anew`);
    this.#reader.refetch(partitions);
  }

  /** Begins anew to read nothing until the watchdog's ladder is climbed: a fetch that never comes back. */
  stall(isStubborn: boolean): void {
    this.#reader.stall(isStubborn);
  }

  /** There is more in the log. */
  look(): void {
    this.#reader.look();
  }

  /** The client cannot go on, as when kafkajs gives up. */
  crash(): void {
    if (this.#isStopped || this.#isJoining) return;
    this.#events?.onFatal(new GluttonyError("kafka.unreachable"));
  }

  hasLease(): boolean {
    return this.#member !== null && this.#in.world.nowMs - this.#leaseFromMs < sessionMs;
  }

  members(): ReturnType<RecordSource["members"]> {
    return this.#link.members();
  }

  logBounds(): ReturnType<RecordSource["logBounds"]> {
    return this.#link.logBounds();
  }

  health(): ReturnType<RecordSource["health"]> {
    const { world } = this.#in;
    return {
      lastFetchAgeMs: world.nowMs - this.#reader.lastFetchMs,
      lastHeartbeatAgeMs: Math.max(0, Math.min(world.nowMs - this.#leaseFromMs, 1e9)),
      assigned: this.#reader.partitions,
    };
  }

  async stop(budgetMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    const { process, witness, world } = this.#in;
    const member = this.#member;
    this.#member = null;
    world.note(`${process.id} source stops`);
    witness.onLetGo(this.#reader.partitions, budgetMs > 0 ? "stopped" : "lost");
    this.#reader.close();
    if (member === null) return;
    const left = this.#link.leave(member.id).catch(() => undefined);
    await Promise.race([left, process.clock.sleep(Math.max(50, budgetMs))]);
  }

  async #beat(): Promise<void> {
    const { process, world } = this.#in;
    const member = this.#member;
    if (this.#isStopped) return;
    if (member !== null && !this.#isJoining) {
      const sentMs = world.nowMs;
      const answer = await this.#link.heartbeat(member);
      if (answer === "well" || answer === "rebalancing") this.#renewLease(sentMs);
      if (this.#isStopped) return;
      if (answer === "unknown") this.#lose();
      if (answer === "unknown" || answer === "rebalancing") await this.#rejoin();
    }
    process.after(heartbeatMs, () => void this.#beat());
  }

  /** By when a heartbeat was sent: the coordinator heard it later, so its count ends later than ours. */
  #renewLease(sentMs: number): void {
    this.#leaseFromMs = Math.max(this.#leaseFromMs, sentMs);
  }

  async #rejoin(): Promise<void> {
    const events = this.#events;
    if (events === null || this.#isStopped) return;
    try {
      await this.#join(events);
    } catch (error) {
      if (!this.#isStopped) events.onFatal(toGluttonyError(error));
    }
  }

  #lose(): void {
    const { world, process, witness } = this.#in;
    world.note(`${process.id} lost its membership`);
    this.#member = null;
    const partitions = this.#reader.partitions;
    this.#reader.letGo(partitions);
    witness.onLetGo(partitions, "lost");
    this.#events?.onLost();
  }

  async #join(events: SourceEvents): Promise<void> {
    this.#isJoining = true;
    try {
      if (this.#member !== null) await this.#drain(events, this.#member.id);
      if (this.#isStopped) return;
      const joined = await this.#link.join(this.#member?.id ?? null);
      if (this.#isStopped) return;
      await this.#takeOver(events, joined);
    } finally {
      this.#isJoining = false;
    }
  }

  async #drain(events: SourceEvents, memberId: string): Promise<void> {
    const { process, witness } = this.#in;
    witness.onDraining();
    const stopBeating = this.#link.keepAlive(memberId, (sentMs) => this.#renewLease(sentMs));
    await Promise.race([events.onRevoking(drainBudgetMs), process.clock.sleep(drainBudgetMs + drainGraceMs)]);
    stopBeating();
  }

  async #takeOver(events: SourceEvents, joined: JoinAnswer): Promise<void> {
    const { witness, world } = this.#in;
    const before = this.#member;
    if (before !== null && before.id !== joined.memberId) this.#lose();
    const isNext = before?.id === joined.memberId && joined.generation === before.generation + 1;
    const kept = isNext
      ? this.#reader.partitions.filter((partition) => joined.assigned.includes(partition))
      : [];
    const gone = this.#reader.partitions.filter((partition) => !kept.includes(partition));
    this.#epoch += 1;
    this.#member = { id: joined.memberId, generation: joined.generation };
    this.#renewLease(joined.atMs);
    this.#reader.letGo(gone);
    witness.onLetGo(gone, "revoked");
    if (before !== null) events.onRevoked(gone, this.#epoch);
    await this.#settle(events, joined.assigned, kept);
    // kafkajs begins anew where the group committed; what was read above that comes a second time.
    if (world.random.isHit(0.5))
      this.#reader.rewind(kept, (partition) => this.#in.group.committed.get(partition));
  }

  async #settle(events: SourceEvents, assigned: readonly number[], kept: readonly number[]): Promise<void> {
    const described = await this.#link.topicId();
    const stays = described === this.#topicId ? kept : [];
    if (stays.length < kept.length) {
      this.#reader.letGo(kept);
      this.#in.witness.onLetGo(kept, "lost");
      events.onRevoked(kept, this.#epoch);
    }
    this.#topicId = described;
    const fresh = assigned.filter((partition) => !stays.includes(partition));
    if (fresh.length === 0) return;
    this.#reader.hold(fresh, this.#epoch);
    for (const partition of fresh) this.#in.witness.onGiven(partition, this.#member?.generation ?? 0);
    const known = await this.#link.offsetsOf(fresh);
    const starts = await events.onAssigned(known, this.#epoch);
    if (!this.#isStopped) this.#begin(fresh, starts);
  }

  #begin(partitions: readonly number[], starts: ReadonlyMap<number, StartPosition>): void {
    for (const partition of partitions) {
      const start = starts.get(partition);
      if (start?.kind !== "start") {
        const why = start === undefined ? "unanswered" : start.error.code;
        this.#in.world.note(`${this.#in.process.id} p${partition} is blocked: ${why}`);
        this.#reader.block(partition);
        this.#in.witness.onBlocked(partition, why);
        continue;
      }
      this.#in.world.note(
        `${this.#in.process.id} p${partition} begins at ${start.offset} epoch ${this.#epoch}`,
      );
      this.#in.witness.onBegun(partition, start.offset);
      this.#reader.moveTo(partition, Number(start.offset));
    }
  }

  #blockOutOfRange(partition: number, position: number): void {
    const { logStart, end } = this.#in.topic.partition(partition);
    const facts = { partition, position: String(position), logStart: String(logStart), logEnd: String(end) };
    this.#in.world.note(`${this.#in.process.id} p${partition} is out of range`);
    this.#reader.block(partition);
    this.#in.witness.onBlocked(partition, "kafka.offset_out_of_range");
    this.#events?.onBlocked(partition, new GluttonyError("kafka.offset_out_of_range", facts));
  }

  #blockRecreated(): void {
    this.#in.world.note(`${this.#in.process.id} sees another topic`);
    for (const partition of this.#reader.partitions) {
      this.#reader.block(partition);
      this.#in.witness.onBlocked(partition, "kafka.topic_recreated");
      this.#events?.onBlocked(partition, new GluttonyError("kafka.topic_recreated", { partition }));
    }
  }
}
