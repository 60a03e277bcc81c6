import { randomUUID } from "node:crypto";
import {
  type Admin,
  CompressionTypes,
  Kafka,
  KafkaJSError,
  type Message,
  PartitionAssigners,
  type Producer,
  logLevel,
} from "kafkajs";
import { until } from "./host.ts";

/** A plain kafkajs client for what only tests do: producing, deleting, looking at groups. */
export interface KafkaTools extends AsyncDisposable {
  readonly admin: Admin;
  readonly producer: Producer;
  /** Makes a topic with a name of its own. */
  makeTopic(partitions: number, config?: Readonly<Record<string, string>>): Promise<string>;
  send(topic: string, messages: readonly Message[], compression?: CompressionTypes): Promise<void>;
  transactional(): Promise<Producer>;
  idempotent(): Promise<Producer>;
  /** Moves the start of a partition's log. */
  deleteBefore(topic: string, partition: number, offset: bigint): Promise<void>;
  committed(group: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /** Leaves the group in the name of all its members, without asking them. */
  expelMembers(group: string, topic: string): Promise<void>;
}

/** The parts of kafkajs' inside that are needed to act in the name of a member. */
interface ClusterInside {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findGroupCoordinator(wish: { groupId: string }): Promise<{
    leaveGroup(wish: { groupId: string; memberId: string }): Promise<unknown>;
  }>;
}

/** Milliseconds in which a topic that was made has leaders. */
const leadersLimitMs = 30_000;

async function isLed(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const led = topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
    return led.length === partitions;
  } catch (error) {
    if (error instanceof KafkaJSError) return false;
    throw error;
  }
}

export function nameFor(what: string): string {
  return `${what}-${randomUUID().slice(0, 8)}`;
}

export async function kafkaTools(broker: string): Promise<KafkaTools> {
  const kafka = new Kafka({ brokers: [broker], clientId: "tests", logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  // A busy broker answers late; what is sent again must not stand there twice.
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const opened: Producer[] = [producer];
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    admin,
    producer,
    async makeTopic(numPartitions, config = {}) {
      const topic = nameFor("topic");
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      // To wait for leaders in the client fails when a busy broker does not know the topic at once.
      await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false });
      if (await until(() => isLed(admin, topic, numPartitions), leadersLimitMs)) return topic;
      throw new Error(`the partitions of ${topic} have no leaders after ${leadersLimitMs} ms`);
    },
    async send(topic, messages, compression = CompressionTypes.None) {
      await producer.send({ topic, messages: [...messages], compression });
    },
    async transactional() {
      const transactional = kafka.producer({
        transactionalId: nameFor("tx"),
        idempotent: true,
        maxInFlightRequests: 1,
      });
      opened.push(transactional);
      await transactional.connect();
      return transactional;
    },
    async idempotent() {
      const idempotent = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
      opened.push(idempotent);
      await idempotent.connect();
      return idempotent;
    },
    async deleteBefore(topic, partition, offset) {
      // Makes the client learn of the topic, without which the next call finds no leader.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: offset.toString() }] });
    },
    async committed(groupId, topic) {
      const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const offsets = answer?.partitions ?? [];
      return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
    },
    async expelMembers(groupId, topic) {
      const cluster = clusterOf(kafka);
      await cluster.connect();
      await cluster.addMultipleTargetTopics([topic]);
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      const { groups } = await admin.describeGroups([groupId]);
      const members = groups.flatMap((group) => group.members);
      await Promise.all(members.map(({ memberId }) => coordinator.leaveGroup({ groupId, memberId })));
      await cluster.disconnect();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([admin.disconnect(), ...opened.map((one) => one.disconnect())]);
    },
  };
}

function clusterOf(kafka: Kafka): ClusterInside {
  const clusters: ClusterInside[] = [];
  kafka.consumer({
    groupId: "never-joined",
    partitionAssigners: [
      (config) => {
        const inside: object = config;
        clusters.push(Reflect.get(inside, "cluster"));
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error("kafkajs made no cluster");
  return cluster;
}
