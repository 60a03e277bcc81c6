import { createRequire } from "node:module";
import { GluttonyError } from "@gluttony/model";

/** The only version whose inside the guards know. */
export const KAFKAJS_VERSION = "2.2.4";

const require = createRequire(import.meta.url);

/** A request as kafkajs' connections send it. */
export interface ProtocolRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<unknown>;
  };
  readonly response: {
    readonly decode: (raw: Buffer) => Promise<Answer>;
    readonly parse: (answer: Answer) => Promise<Answer>;
  };
}

export interface KafkajsBroker {
  readonly connectionPool: { send<Answer>(request: ProtocolRequest<Answer>): Promise<Answer> };
  fetch(request: {
    readonly replicaId: number;
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      topic: string;
      partitions: readonly {
        partition: number;
        currentLeaderEpoch: number;
        fetchOffset: string;
        maxBytes: number;
      }[];
    }[];
  }): Promise<{ responses: readonly { partitions: readonly { messages: readonly object[] }[] }[] }>;
  describeConfigs(request: {
    readonly resources: readonly { type: number; name: string; configNames: readonly string[] }[];
    readonly includeSynonyms: boolean;
  }): Promise<{
    resources: readonly { configEntries: readonly { configName: string; configValue: string | null }[] }[];
  }>;
  heartbeat(member: MemberOfGroup): Promise<unknown>;
  describeGroups(wish: { readonly groupIds: readonly string[] }): Promise<DescribedGroups>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly { topic: string; partitions: readonly { partition: number }[] }[];
  }): Promise<{ responses: readonly { topic: string; partitions: readonly FetchedOffset[] }[] }>;
  createTopics(request: {
    readonly topics: readonly TopicToCreate[];
    readonly timeout: number;
  }): Promise<unknown>;
  lookupRequest<Answer>(apiKey: number, definition: unknown): (wish: unknown) => ProtocolRequest<Answer>;
}

interface DescribedGroups {
  readonly groups: readonly {
    readonly members: readonly { readonly clientId: string; readonly clientHost: string }[];
  }[];
}

export interface MemberOfGroup {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupGenerationId: number;
}

interface FetchedOffset {
  readonly partition: number;
  readonly offset: string;
}

interface TopicToCreate {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configEntries: readonly { name: string; value: string }[];
}

export interface KafkajsCluster {
  readonly brokerPool: { findConnectedBroker(): Promise<KafkajsBroker> };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): { readonly [nodeId: string]: readonly number[] };
  findBroker(which: { readonly nodeId: string }): Promise<KafkajsBroker>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<KafkajsBroker>;
  /** Replaced by kafkajs now and then, so never to be kept. */
  readonly targetTopics: Set<string>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  fetchTopicsOffset(
    topics: readonly {
      topic: string;
      fromTimestamp: number;
      partitions: readonly { partition: number }[];
    }[],
  ): Promise<readonly { topic: string; partitions: readonly FetchedOffset[] }[]>;
}

export interface KafkajsOffsetManager {
  readonly cluster: KafkajsCluster;
  readonly memberAssignment: { readonly [topic: string]: readonly number[] };
  readonly resolvedOffsets: { [topic: string]: { [partition: number]: string } };
  committedOffsets(): { [topic: string]: { [partition: number]: string } };
  getCoordinator(): Promise<KafkajsBroker>;
  resolveOffsets: (this: KafkajsOffsetManager) => Promise<void>;
  setDefaultOffset: (
    this: KafkajsOffsetManager,
    which: { readonly topic: string; readonly partition: number },
  ) => Promise<void>;
}

export interface KafkajsConsumerGroup {
  readonly cluster: KafkajsCluster;
  readonly groupId: string;
  readonly memberId: string | null;
  readonly generationId: number | null;
  readonly coordinator: KafkajsBroker | null;
  readonly offsetManager: KafkajsOffsetManager | null;
  assigned(): readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  joinAndSync: (this: KafkajsConsumerGroup) => Promise<void>;
  heartbeat: (this: KafkajsConsumerGroup, wish: { readonly interval: number }) => Promise<void>;
  fetch: (this: KafkajsConsumerGroup, nodeId: string) => Promise<readonly unknown[]>;
  recoverFromFetch: (this: KafkajsConsumerGroup, error: unknown) => Promise<void>;
}

/** What the brokers say of topics; a partition's error stands beside it. */
export interface Metadata {
  readonly topicMetadata: readonly {
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number }[];
  }[];
}

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/** One broker's socket, and what came of a reply that is not whole yet. */
export interface KafkajsConnection {
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  readonly requestQueue: { fulfillRequest: (reply: { readonly correlationId: number }) => void };
  isConnected(): boolean;
  connect: (this: KafkajsConnection) => Promise<unknown>;
  disconnect(): Promise<unknown>;
}

interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly socketFactory: (wish: {
    readonly host: string;
    readonly port: number;
    readonly onConnect: () => void;
  }) => unknown;
  readonly logger: unknown;
}

/** The objects of kafkajs that the guards replace functions of, or build requests with. */
export interface KafkajsInternals {
  readonly ConsumerGroup: { readonly prototype: KafkajsConsumerGroup };
  readonly OffsetManager: { readonly prototype: KafkajsOffsetManager };
  readonly Connection: {
    new (options: ConnectionOptions): KafkajsConnection;
    readonly prototype: KafkajsConnection;
  };
  readonly RequestQueue: { readonly prototype: RequestQueue };
  readonly fetchResponse: { decode: (raw: Buffer) => Promise<unknown> };
  readonly metadataResponse: {
    readonly decode: (raw: Buffer) => Promise<Metadata>;
    parse: (answer: Metadata) => Promise<unknown>;
  };
  readonly Encoder: new () => { writeBuffer(bytes: Buffer): unknown };
  readonly requests: { readonly OffsetCommit: unknown };
  readonly apiKeys: { readonly OffsetCommit: number };
}

/** Refuses every version but the one that was measured: another one may have moved what the guards replace. */
export function checkVersion(installed: string): void {
  if (installed === KAFKAJS_VERSION) return;
  throw new GluttonyError("kafka.version_unsupported", { installed, supported: KAFKAJS_VERSION });
}

/** Hands out kafkajs' inside; throws `kafka.version_unsupported` when another version is installed. */
export function kafkajsInternals(): KafkajsInternals {
  const manifest: { version: string } = require("kafkajs/package.json");
  checkVersion(manifest.version);
  return {
    ConsumerGroup: require("kafkajs/src/consumer/consumerGroup.js"),
    OffsetManager: require("kafkajs/src/consumer/offsetManager/index.js"),
    Connection: require("kafkajs/src/network/connection.js"),
    RequestQueue: require("kafkajs/src/network/requestQueue/index.js"),
    fetchResponse: require("kafkajs/src/protocol/requests/fetch/v11/response.js"),
    metadataResponse: require("kafkajs/src/protocol/requests/metadata/v6/response.js"),
    Encoder: require("kafkajs/src/protocol/encoder.js"),
    requests: require("kafkajs/src/protocol/requests/index.js").requests,
    apiKeys: require("kafkajs/src/protocol/requests/apiKeys.js"),
  };
}
