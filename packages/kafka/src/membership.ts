import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { AssignedPartition, SourceEvents, StartPosition } from "@gluttony/runtime";
import { Assignment } from "./assignment.ts";
import { endsWithin, withDeadline } from "./deadline.ts";
import { isCoordinatorBusy, translateError } from "./errors.ts";
import { GroupHeartbeat } from "./group-heartbeat.ts";
import type { GroupHooks } from "./guards/group-hooks.ts";
import type { KafkajsConsumerGroup, MemberOfGroup } from "./guards/kafkajs-internals.ts";
import { HEARTBEAT_EVERY_MS, REBALANCE_TIMEOUT_MS, SESSION_TIMEOUT_MS } from "./kafka-client.ts";
import type { KafkaLog } from "./kafka-log.ts";
import { Lease } from "./lease.ts";
import type { TopicBroker } from "./topic-broker.ts";

/** Half of what the group waits for a member: joining and one lost heartbeat must fit in the rest. */
export const DRAIN_BUDGET_MS: number = REBALANCE_TIMEOUT_MS / 2;
/** An owner that overruns its budget by this is left behind. */
const DRAIN_GRACE_MS = 1_000;
/** How long the owner may take to decide where partitions begin. */
const START_LIMIT_MS = 45_000;
const TOPIC_GONE_WAIT_MS = 500;
const COORDINATOR_BUSY_WAIT_MS = 300;

/** What the membership needs of the source around it. */
export interface MembershipHost {
  readonly events: SourceEvents;
  readonly log: KafkaLog;
  /** Stops fetching a partition, at once. */
  block(partition: number): void;
  /** Partitions that are no longer ours: drops what was read of them and every reason to pause them. */
  letGo(partitions: readonly number[]): void;
  /** A heartbeat renewed the membership. */
  onHeartbeat(): void;
  /** The source cannot go on. */
  onFailure(error: GluttonyError): void;
}

/** This member's place in the group: drains before a join, and settles what was assigned after it. */
export class Membership implements GroupHooks {
  readonly #broker: TopicBroker;
  readonly #host: MembershipHost;
  readonly #assignment = new Assignment();
  readonly #lease = new Lease(SESSION_TIMEOUT_MS);
  readonly #heartbeat: GroupHeartbeat;
  #topicId = "";
  /** As captured at the last join that ended well; null when the membership was lost. */
  #member: MemberOfGroup | null = null;
  #group: KafkajsConsumerGroup | null = null;
  #isSettled = false;
  #isDrained = false;
  #isTopicDoubtful = false;
  #isEnded = false;
  /** Another topic bears the name: marks of ours mean nothing in it, though the broker would take them. */
  #isTopicForeign = false;

  constructor(broker: TopicBroker, host: MembershipHost) {
    this.#broker = broker;
    this.#host = host;
    this.#heartbeat = new GroupHeartbeat(HEARTBEAT_EVERY_MS, {
      onRenewed: (member, sentMs) => {
        this.#lease.renew(member, sentMs);
        host.onHeartbeat();
      },
      onRefused: (member) => this.#lease.refuse(member),
    });
  }

  get assignment(): Assignment {
    return this.#assignment;
  }

  /** Id of the topic as of the last assignment; empty before. */
  get topicId(): string {
    return this.#topicId;
  }

  get group(): KafkajsConsumerGroup | null {
    return this.#group;
  }

  /** In whose name marks may be committed; null when none may. */
  get member(): MemberOfGroup | null {
    return this.#isTopicForeign ? null : this.#member;
  }

  /** Whether this member's place is still its own; not while it joins anew, when others may be given its partitions. */
  hasLease(): boolean {
    return this.#lease.isHeld(performance.now());
  }

  checkHeartbeat(): void {
    this.#heartbeat.check();
  }

  /** No heartbeats any more: the source ends. */
  end(): void {
    this.#isEnded = true;
    this.#heartbeat.halt();
    this.#lease.end();
  }

  isSettled(): boolean {
    return this.#isSettled;
  }

  positionOf(topic: string, partition: number): bigint | null {
    return topic === this.#broker.topic ? this.#assignment.positionOf(partition) : null;
  }

  async join(group: KafkajsConsumerGroup, rejoin: () => Promise<void>): Promise<void> {
    this.#isSettled = false;
    this.#group = group;
    await this.#prepare(group);
    this.#heartbeat.halt();
    this.#lease.end();
    await this.#joinWhenReady(rejoin);
    if (this.#isEnded) return;
    // From here to the next wait nothing else runs, so no commit sees the new member with the old partitions.
    const kept = this.#takeOver(group);
    try {
      // The first heartbeat makes the lease, so no record comes before it.
      await Promise.all([this.#settle(group, kept), this.#heartbeat.begin(group)]);
    } catch (error) {
      this.#host.onFailure(translateError(error, { topic: this.#broker.topic }));
    } finally {
      this.#isSettled = true;
    }
  }

  async onOutOfRange(_topic: string, partition: number): Promise<void> {
    this.#host.block(partition);
    const position = this.#assignment.positionOf(partition);
    const refused = { partition, position, topicId: this.#topicId };
    this.#host.events.onBlocked(partition, await this.#broker.outOfRange(refused));
  }

  doubtTopic(): void {
    this.#isTopicDoubtful = true;
  }

  async isTopicKnown(): Promise<boolean> {
    if (!this.#isTopicDoubtful || this.#topicId === "") return true;
    const topic = await this.#broker.find().catch(() => null);
    if (topic === null) {
      // Gone for now, or nobody can be asked; the watch says so when it stays gone. An error here would end kafkajs'
      // runner, and with it the membership, though the brokers may be back in a moment.
      await sleep(TOPIC_GONE_WAIT_MS);
      return false;
    }
    this.#isTopicDoubtful = false;
    if (topic.topicId !== this.#topicId) this.onRecreated(topic.topicId);
    return true;
  }

  /** Stops every partition: no position means anything in another topic. */
  onRecreated(topicIdNow: string): void {
    if (this.#isTopicForeign) return;
    this.#isTopicForeign = true;
    const facts = { topic: this.#broker.topic, topicId: this.#topicId, topicIdNow };
    for (const partition of this.#assignment.partitions) {
      this.block(partition, new GluttonyError("kafka.topic_recreated", { ...facts, partition }));
    }
  }

  /** Stops one partition and tells the owner why. */
  block(partition: number, error: GluttonyError): void {
    this.#host.block(partition);
    this.#host.events.onBlocked(partition, error);
  }

  /** A coordinator that has just moved reads its log first and says so; kafkajs would give up. */
  async #joinWhenReady(rejoin: () => Promise<void>): Promise<void> {
    while (!this.#isEnded) {
      try {
        await rejoin();
        return;
      } catch (error) {
        if (!isCoordinatorBusy(error)) throw error;
        await sleep(COORDINATOR_BUSY_WAIT_MS);
      }
    }
  }

  /** Drains once per membership, however often the join that follows has to be repeated. */
  async #prepare(group: KafkajsConsumerGroup): Promise<void> {
    if (this.#member === null) return;
    if (group.memberId !== this.#member.memberId) {
      this.#lose();
      return;
    }
    if (this.#isDrained || this.#isEnded) return;
    this.#isDrained = true;
    const drain = this.#host.events.onRevoking(DRAIN_BUDGET_MS).catch((error: unknown) => {
      const { code } = toGluttonyError(error);
      this.#host.log.error("the drain before a rebalance failed", { topic: this.#broker.topic, code });
    });
    await endsWithin(drain, DRAIN_BUDGET_MS + DRAIN_GRACE_MS);
  }

  #lose(): void {
    const partitions = this.#assignment.partitions;
    this.#member = null;
    this.#lease.end();
    this.#isDrained = false;
    this.#assignment.release(partitions);
    this.#host.letGo(partitions);
    this.#host.events.onLost();
  }

  /** Compares the new assignment with the old; answers whether partitions can have been kept at all. */
  #takeOver(group: KafkajsConsumerGroup): readonly number[] {
    const { memberId, generationId, groupId } = group;
    if (memberId === null || generationId === null) return [];
    const before = this.#member;
    const wasMember = before !== null;
    // A generation in between, or a new name, means that others may have held our partitions meanwhile.
    if (wasMember && before.memberId !== memberId) this.#lose();
    const isNext = wasMember && before.memberId === memberId && generationId === before.groupGenerationId + 1;
    const now = new Set(this.#assignedTo(group));
    const kept = isNext ? this.#assignment.partitions.filter((partition) => now.has(partition)) : [];
    this.#assignment.raiseEpoch();
    const wasDrained = this.#isDrained;
    this.#member = { groupId, memberId, groupGenerationId: generationId };
    this.#lease.begin(this.#member);
    this.#isDrained = false;
    if (wasDrained) this.#revokeAllBut(kept);
    return kept;
  }

  #revokeAllBut(kept: readonly number[]): void {
    const gone = this.#assignment.partitions.filter((partition) => !kept.includes(partition));
    this.#assignment.release(gone);
    this.#host.letGo(gone);
    this.#host.events.onRevoked(gone, this.#assignment.epoch);
  }

  async #settle(group: KafkajsConsumerGroup, kept: readonly number[]): Promise<void> {
    const assigned = this.#assignedTo(group);
    if (assigned.length === 0) return;
    const { topicId, partitions } = await this.#broker.describe();
    // The broker keeps group and generation when a topic is replaced, so a kept partition may be a stranger.
    if (topicId !== this.#topicId && kept.length > 0) this.#revokeAllBut([]);
    this.#topicId = topicId;
    this.#isTopicForeign = false;
    const fresh = assigned.filter((partition) => !this.#assignment.has(partition));
    if (fresh.length === 0) return;
    for (const partition of fresh) this.#assignment.hold(partition);
    const known = await this.#broker.ask(group, { topicId, partitions, asked: fresh });
    this.#begin(fresh, await this.#decide(known));
  }

  #decide(known: readonly AssignedPartition[]): Promise<ReadonlyMap<number, StartPosition>> {
    const late = (): Error => new GluttonyError("kafka.session_lost", { waitedMs: START_LIMIT_MS });
    return withDeadline(this.#host.events.onAssigned(known, this.#assignment.epoch), START_LIMIT_MS, late);
  }

  #begin(partitions: readonly number[], starts: ReadonlyMap<number, StartPosition>): void {
    for (const partition of partitions) {
      const start = starts.get(partition);
      // The owner knows what it blocked, so it is not told again; what it did not answer for stays silent too.
      if (start?.kind === "start") this.#assignment.moveTo(partition, start.offset);
      else this.#host.block(partition);
    }
  }

  #assignedTo(group: KafkajsConsumerGroup): readonly number[] {
    return group.assigned().find(({ topic }) => topic === this.#broker.topic)?.partitions ?? [];
  }
}
