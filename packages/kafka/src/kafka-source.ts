import type { EachBatchPayload } from "kafkajs";
import type { GluttonyError } from "@gluttony/model";
import type { Batch, GroupMember, Mark, RecordSource, SourceEvents, SourceSettings } from "@gluttony/runtime";
import { batchOf, unreadableError } from "./batch-of.ts";
import { BatchQueue } from "./batch-queue.ts";
import { contentsOf } from "./decode/carrier.ts";
import { translateError } from "./errors.ts";
import { askMembers } from "./group-members.ts";
import { setHooks } from "./guards/group-hooks.ts";
import { commitOnce } from "./guards/unproven-commit.ts";
import { KafkaClient, type KafkaOptions, REBALANCE_TIMEOUT_MS } from "./kafka-client.ts";
import type { KafkaLog } from "./kafka-log.ts";
import type { LogBounds } from "./log-bounds.ts";
import { Membership } from "./membership.ts";
import { Pauses } from "./pauses.ts";
import { TopicBroker } from "./topic-broker.ts";
import { TopicWatch } from "./topic-watch.ts";

/** A join waits for the slowest member to drain, or for a dead one's session to end. */
const FIRST_JOIN_LIMIT_MS: number = REBALANCE_TIMEOUT_MS * 1.5;
const CLOSE_AFTER_FAILED_START_MS = 2_000;

/** Reads one topic as one member of one group, through one kafkajs consumer of its own. Started once, stopped once. */
export class KafkaSource implements RecordSource {
  readonly #topic: string;
  readonly #group: string;
  readonly #log: KafkaLog;
  readonly #client: KafkaClient;
  readonly #broker: TopicBroker;
  readonly #pauses: Pauses;
  readonly #queue: BatchQueue;
  #membership: Membership | null = null;
  #watch: TopicWatch | null = null;
  /** Where failures go: to whoever awaits `start` until it resolved, to the owner afterwards. */
  #fail: (error: GluttonyError) => void = () => undefined;
  #isClosed = false;
  #lastFetchMs = performance.now();
  #lastHeartbeatMs = performance.now();

  constructor(options: KafkaOptions, settings: SourceSettings) {
    const { topic } = settings;
    this.#topic = topic;
    this.#group = settings.group;
    this.#log = options.log;
    this.#client = new KafkaClient(options, settings);
    this.#broker = new TopicBroker(topic, this.#client);
    const { consumer } = this.#client;
    this.#pauses = new Pauses({
      pause: (partitions) => this.#isOpen() && consumer.pause([{ topic, partitions: [...partitions] }]),
      resume: (partitions) => this.#isOpen() && consumer.resume([{ topic, partitions: [...partitions] }]),
    });
    this.#queue = new BatchQueue({
      onFull: (partition) => this.#pauses.add("queue", [partition]),
      onDrained: (partition) => this.#pauses.remove("queue", [partition]),
    });
  }

  async start(events: SourceEvents): Promise<void> {
    const membership = this.#membershipFor(events);
    this.#membership = membership;
    setHooks(this.#client.cluster, membership);
    this.#client.dropLateConnections(() => membership.group !== null && !membership.isSettled());
    let partitions = 0;
    try {
      await this.#client.connect();
      ({ partitions } = await this.#broker.describe());
      await this.#join();
    } catch (error) {
      this.#end();
      await this.#client.close(CLOSE_AFTER_FAILED_START_MS);
      throw translateError(error, { topic: this.#topic });
    }
    this.#fail = (error) => events.onFatal(error);
    this.#watch = new TopicWatch(this.#broker, {
      topicId: () => membership.topicId,
      partitions,
      onMissing: (error) => this.#failOnce(error),
      onRecreated: (topicIdNow) => membership.onRecreated(topicIdNow),
    });
  }

  batches(): AsyncIterable<Batch> {
    return this.#queue.read();
  }

  pause(partitions: readonly number[]): void {
    this.#pauses.add("owner", partitions);
  }

  resume(partitions: readonly number[]): void {
    // While nothing was fetched, nothing could tell that another topic had taken the name.
    this.#membership?.doubtTopic();
    this.#pauses.remove("owner", partitions);
  }

  async commit(marks: readonly Mark[]): Promise<readonly Mark[]> {
    const { assignment, group = null, member = null } = this.#membership ?? {};
    const ours = marks.filter(({ partition }) => assignment?.has(partition));
    if (this.#isClosed || group === null || member === null || ours.length === 0) return [];
    const partitions = ours.map(({ partition, offset }) => ({ partition, offset: offset.toString() }));
    const commit = commitOnce(group, { member, topic: this.#topic, partitions });
    const answers = await this.#client.bounded(commit);
    for (const [partition, errorCode] of answers) {
      if (errorCode === 0) continue;
      this.#log.warn("the broker refused a mark", { topic: this.#topic, partition, errorCode });
    }
    return ours.filter(({ partition }) => answers.get(partition) === 0);
  }

  refetch(partitions: readonly number[]): void {
    const { assignment } = this.#membership ?? {};
    if (!assignment || !this.#isOpen()) return;
    this.#membership?.doubtTopic();
    for (const partition of partitions) {
      const position = assignment.positionOf(partition);
      if (position === null || this.#pauses.isBlocked(partition)) continue;
      this.#client.consumer.seek({ topic: this.#topic, partition, offset: position.toString() });
    }
  }

  hasLease(): boolean {
    return !this.#isClosed && (this.#membership?.hasLease() ?? false);
  }

  members(): Promise<readonly GroupMember[]> {
    return this.#client.bounded(askMembers(this.#client.cluster, this.#group));
  }

  async logBounds(): Promise<ReadonlyMap<number, LogBounds>> {
    const { partitions } = await this.#broker.describe();
    return this.#broker.bounds(Array.from({ length: partitions }, (_, partition) => partition));
  }

  retentionMs(): Promise<number | null> {
    return this.#broker.retentionMs();
  }

  health(): ReturnType<RecordSource["health"]> {
    const now = performance.now();
    return {
      lastFetchAgeMs: now - this.#lastFetchMs,
      lastHeartbeatAgeMs: now - this.#lastHeartbeatMs,
      assigned: this.#membership?.assignment.partitions ?? [],
    };
  }

  async stop(budgetMs: number): Promise<void> {
    this.#end();
    this.#queue.close();
    await this.#client.close(budgetMs);
  }

  #membershipFor(events: SourceEvents): Membership {
    return new Membership(this.#broker, {
      events,
      log: this.#log,
      block: (partition) => this.#pauses.add("blocked", [partition]),
      letGo: (partitions) => {
        this.#queue.drop(partitions);
        this.#pauses.clear(partitions);
      },
      onHeartbeat: () => this.#noteHeartbeat(),
      onFailure: (error) => this.#failOnce(error),
    });
  }

  /** Joins the group and waits until the owner has said where its partitions begin. */
  async #join(): Promise<void> {
    let failure: GluttonyError | null = null;
    this.#fail = (error) => {
      failure = error;
    };
    const { consumer } = this.#client;
    consumer.on(consumer.events.FETCH, () => this.#noteFetch());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#failOnce(payload.error));
    await this.#client.bounded(consumer.subscribe({ topics: [this.#topic] }));
    const run = consumer.run({
      autoCommit: false,
      // The position is moved by hand, and only for what was really taken.
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#takeSafely(payload),
    });
    await this.#client.bounded(run, FIRST_JOIN_LIMIT_MS);
    if (failure !== null) throw failure;
  }

  /** Never rejects: kafkajs would take it for a reason to read the batch again, or to end without a word. */
  #takeSafely(payload: EachBatchPayload): Promise<void> {
    try {
      this.#take(payload);
    } catch (error) {
      this.#failOnce(error);
    }
    return Promise.resolve();
  }

  #take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const fetched = contentsOf(batch.messages[0]);
    const { assignment } = this.#membership ?? {};
    const position = assignment?.positionOf(batch.partition) ?? null;
    // What was asked for from elsewhere belongs to an assignment before this one.
    // What came while a seek waits will be fetched again; taking it too would set the seek behind our position.
    const isExpected = String(position) === Reflect.get(batch, "fetchedOffset") && !payload.isStale();
    if (fetched && assignment && position !== null && isExpected && !this.#isClosed) {
      const { read, partition } = fetched;
      const positionAfter = read.positionAfter ?? position;
      if (positionAfter > position) {
        this.#queue.push(batchOf(fetched, { epoch: assignment.epochOf(partition), position, positionAfter }));
        assignment.moveTo(partition, positionAfter);
        payload.resolveOffset((positionAfter - 1n).toString());
      }
      if (read.unreadable !== null)
        this.#membership?.block(partition, unreadableError(fetched, read.unreadable));
    }
  }

  #failOnce(thrown: unknown): void {
    if (this.#isClosed) return;
    this.#end();
    this.#fail(translateError(thrown, { topic: this.#topic }));
  }

  #end(): void {
    this.#isClosed = true;
    this.#watch?.stop();
    this.#membership?.end();
  }

  /** kafkajs refuses to pause before its group is made and after it ended. */
  #isOpen(): boolean {
    return !this.#isClosed && (this.#membership?.group ?? null) !== null;
  }

  #noteFetch(): void {
    this.#lastFetchMs = performance.now();
  }

  #noteHeartbeat(): void {
    this.#lastHeartbeatMs = performance.now();
  }
}
