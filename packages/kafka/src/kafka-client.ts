import { type Consumer, Kafka, PartitionAssigners, logLevel } from "kafkajs";
import { endsWithin, withDeadline } from "./deadline.ts";
import { translateError } from "./errors.ts";
import { applyGuards } from "./guards/apply-guards.ts";
import { endlessRetries } from "./guards/endless-retries.ts";
import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";
import { type KafkaLog, logCreatorFor } from "./kafka-log.ts";
import { Sockets } from "./sockets.ts";
import { GluttonyError } from "@gluttony/model";

export interface KafkaOptions {
  /** `host:port` each, without scheme. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: KafkaLog;
}

export interface ClientSettings {
  readonly group: string;
  /** Milliseconds a fetch may wait for data. */
  readonly fetchWaitMs: number;
}

/** A broker that does not answer for this long counts as gone. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How long a first connection may take. */
export const CONNECT_LIMIT_MS = 15_000;
/** Time that members have to drain and join again when the group moves partitions. */
export const REBALANCE_TIMEOUT_MS = 60_000;
export const SESSION_TIMEOUT_MS = 12_000;
export const HEARTBEAT_EVERY_MS = 700;

/** Requests that have a limit of their own, longer than a member may be kept waiting. */
const JOINS: ReadonlySet<string> = new Set(["JoinGroup", "SyncGroup"]);
const SOCKET_CONNECT_LIMIT_MS = 3_000;
const FETCH_WAIT_MAX_MS = 1_000;
const METADATA_AGE_MAX_MS = 30_000;
const PARTITION_FETCH_BYTES_MAX = 512 * 1024;
const FETCH_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 1_000;
/** After the connections were cut kafkajs needs a moment to see it. */
const CUT_GRACE_MS = 1_000;

/** One kafkajs consumer with its own connections, and the cluster inside it. */
export class KafkaClient {
  readonly consumer: Consumer;
  readonly cluster: KafkajsCluster;
  readonly #brokers: readonly string[];
  readonly #sockets = new Sockets();
  readonly #retries = endlessRetries();
  #isClosing = false;

  constructor(options: KafkaOptions, settings: ClientSettings) {
    applyGuards();
    this.#brokers = options.brokers;
    const retry = {
      retries: this.#retries.retries,
      initialRetryTime: RETRY_FIRST_MS,
      maxRetryTime: RETRY_MAX_MS,
    };
    const kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      connectionTimeout: SOCKET_CONNECT_LIMIT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry,
      socketFactory: this.#sockets.factory,
      logLevel: logLevel.INFO,
      logCreator: logCreatorFor(options.log, () => this.#isClosing),
    });
    const clusters: KafkajsCluster[] = [];
    this.consumer = kafka.consumer({
      groupId: settings.group,
      // Every object inside kafkajs knows its cluster, and this option is the public way to it.
      partitionAssigners: [
        (config) => {
          clusters.push(clusterOf(config));
          return PartitionAssigners.roundRobin(config);
        },
      ],
      allowAutoTopicCreation: false,
      retry: { ...retry, restartOnFailure: () => Promise.resolve(false) },
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_EVERY_MS,
      metadataMaxAge: METADATA_AGE_MAX_MS,
      maxBytesPerPartition: PARTITION_FETCH_BYTES_MAX,
      maxBytes: FETCH_BYTES_MAX,
      minBytes: 1,
      maxWaitTimeInMs: Math.max(1, Math.min(settings.fetchWaitMs, FETCH_WAIT_MAX_MS)),
    });
    const [cluster] = clusters;
    if (cluster === undefined) throw new Error("kafkajs made no cluster");
    this.cluster = cluster;
  }

  /**
   * Makes new connections where an answer did not come in time: kafkajs asks again on the same one, which in a half-open
   * line nobody hears until the system gives up after a quarter of an hour. Not while the group makes a member wait: the
   * broker answers one question after the other, and what stands behind a join waits as long as it does.
   */
  dropLateConnections(isJoining: () => boolean): void {
    this.consumer.on(this.consumer.events.REQUEST_TIMEOUT, ({ payload }) => {
      if (!isJoining() || JOINS.has(payload.apiName)) this.#sockets.drop();
    });
  }

  /** Waits until one broker answers; throws `kafka.unreachable` when none does in time. */
  async connect(limitMs: number = CONNECT_LIMIT_MS): Promise<void> {
    await this.bounded(this.cluster.connect(), limitMs);
  }

  /** Gives work on the connections a deadline and our errors. */
  async bounded<Value>(work: Promise<Value>, limitMs: number = REQUEST_TIMEOUT_MS): Promise<Value> {
    try {
      return await withDeadline(work, limitMs, () => {
        return new GluttonyError("kafka.unreachable", { brokers: this.#brokers, waitedMs: limitMs });
      });
    } catch (error) {
      throw translateError(error, { brokers: this.#brokers });
    }
  }

  /** Leaves the group and closes; where brokers do not answer in time the connections are cut. Never throws. */
  async close(budgetMs: number): Promise<void> {
    this.#isClosing = true;
    const closing = this.consumer.disconnect();
    await endsWithin(closing, budgetMs);
    this.#retries.end();
    this.#sockets.cut();
    await endsWithin(closing, CUT_GRACE_MS);
  }
}

function clusterOf(config: object): KafkajsCluster {
  return Reflect.get(config, "cluster");
}
