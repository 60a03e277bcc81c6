import { Kafka, logLevel } from "kafkajs";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { accepts } from "../../../support/faults/faulty-target.ts";
import { historyCodes } from "../../../support/faults/history-codes.ts";
import { topicTruth, type TrueRecord } from "../../../support/faults/topic-truth.ts";
import { pause, until } from "../../../support/host.ts";

/** A consumer that waits for a person: what it read must balance, and nothing else is asked of it. */
const blocked = (code: string, state = "blocked") =>
  ({ shows: [{ state, code }], stands: true, staysBlocked: true }) as const;
const largeBytes = 20 * 1024 * 1024;
/** Lets the broker compact whatever it can, as soon as its cleaner comes by. */
const compacting = {
  "cleanup.policy": "compact",
  "segment.ms": "500",
  "min.cleanable.dirty.ratio": "0.001",
  "min.compaction.lag.ms": "0",
  "max.compaction.lag.ms": "1000",
} as const;
const roomy = { "max.message.bytes": String(32 * 1024 * 1024), "segment.bytes": String(64 * 1024 * 1024) };

export const kafkaTopicRows: readonly FaultRow[] = [
  {
    id: "F20",
    title: "a request takes longer than the group's session",
    scene: { delivery: { deadlineMs: 40_000 }, handler: { events: { delete: "ignore" }, timeoutMs: 30_000 } },
    inject: async (scene) => {
      scene.target.behave(() => ({ applies: true, delayMs: 15_000 }));
      await scene.pause(16_000);
    },
    heal: async (scene) => scene.target.behave(accepts),
    expect: { shows: [], stallMaxMs: 25_000, recoversWithinMs: 30_000 },
  },
  {
    id: "F19",
    title: "members of the group come and go every second",
    scene: { partitions: 4 },
    inject: async (scene) => {
      for (let turn = 0; turn < 8; turn += 1) {
        const stranger = await join(scene, `stranger-${turn}`);
        await pause(800);
        await stranger.leave();
      }
    },
    expect: {
      shows: [],
      sparesNeighbour: true,
      stallMaxMs: 20_000,
      recoversWithinMs: 30_000,
    },
    check: async (_scene, { journal, phases }) => {
      const during = journal.filter(
        ({ receivedAtMs }) => receivedAtMs > phases.injectedAtMs && receivedAtMs < phases.healedAtMs,
      );
      return during.length > 0 ? [] : ["K11: nothing was delivered during the storm"];
    },
  },
  {
    id: "F21",
    title: "the member is put out of its group while it commits: every commit is refused",
    inject: async (scene) => {
      scene.target.behave(() => ({ applies: true, delayMs: 50 }));
      for (let turn = 0; turn < 3; turn += 1) {
        scene.stream.setPace(150);
        await scene.tools.expelMembers(scene.group, scene.topic);
        scene.note("put every member out of the group");
        await scene.untilApplied(60, 45_000);
      }
      scene.stream.setPace(40);
    },
    heal: async (scene) => scene.target.behave(accepts),
    // What was in flight, and what ended in the tenth of a second since the mark was saved.
    expect: { shows: [], stallMaxMs: 30_000, recoversWithinMs: 30_000, duplicatesMax: 3 * (8 + 15) },
    check: async (scene, { deeds }) => {
      const turns = deeds.filter(({ what }) => what.startsWith("put every")).length;
      const lines = scene.host.log.split("\n").filter((line) => line.includes("the broker refused a mark"));
      if (lines.length === 0) return ["void: no commit was refused"];
      // One line for each of the two partitions.
      return lines.length <= turns * 2 ? [] : [`F21: ${lines.length} lines for ${turns} lost memberships`];
    },
  },
  {
    id: "F21b",
    title: "the group is thrown into a rebalance while marks are committed",
    inject: async (scene) => {
      for (let turn = 0; turn < 3; turn += 1) {
        scene.stream.setPace(150);
        const stranger = await join(scene, "stranger");
        await stranger.leave();
      }
      scene.stream.setPace(40);
    },
    expect: { shows: [], stallMaxMs: 20_000, recoversWithinMs: 30_000 },
  },
  {
    id: "F23",
    title: "the topic is not there yet",
    scene: { withoutTopic: true },
    holdMs: 7_000,
    inject: async () => undefined,
    heal: async (scene) => {
      await scene.tools.admin.createTopics({
        topics: [{ topic: scene.topic, numPartitions: 2 }],
        waitForLeaders: true,
      });
    },
    expect: {
      shows: [{ state: "blocked", code: "kafka.topic_missing" }],
      stands: true,
      recoversWithinMs: 20_000,
    },
  },
  {
    id: "F24",
    title: "the topic is deleted while it is read",
    inject: (scene) => scene.tools.admin.deleteTopics({ topics: [scene.topic] }),
    expect: blocked("kafka.topic_missing"),
  },
  {
    id: "F25",
    title: "the topic is made anew, shorter than what was read of it",
    isQuick: true,
    inject: (scene) => recreate(scene, 10),
    expect: blocked("kafka.topic_recreated"),
  },
  {
    id: "F26",
    title: "the topic is made anew, longer than what was read of it",
    inject: (scene) => recreate(scene, 2_000),
    expect: blocked("kafka.topic_recreated"),
  },
  {
    id: "F27",
    title: "the topic gets more partitions",
    scene: { delivery: { fence: "subject" } },
    inject: async (scene) => {
      await scene.tools.admin.createPartitions({ topicPartitions: [{ topic: scene.topic, count: 4 }] });
      await scene.untilApplied(100, 60_000);
      await until(async () => (await scene.look()).hosts.some(({ partitions }) => partitions === 4), 60_000);
    },
    expect: { ...blocked("kafka.partitions_added"), isFenced: true },
  },
  {
    id: "F28",
    title: "the log's start moves beyond what was read",
    isQuick: true,
    inject: async (scene) => {
      await scene.switchTo(false);
      await scene.stream.burst(200);
      for (const { partition, high } of await scene.tools.admin.fetchTopicOffsets(scene.topic))
        await scene.tools.deleteBefore(scene.topic, partition, BigInt(high));
      await scene.switchTo(true);
    },
    expect: blocked("kafka.offset_out_of_range"),
  },
  {
    id: "F29",
    title: "the group's offsets have expired",
    inject: async (scene) => {
      await scene.switchTo(false);
      await until(
        () =>
          scene.tools.admin.deleteGroups([scene.group]).then(
            () => true,
            () => false,
          ),
        20_000,
      );
      scene.note("the group is gone");
      await scene.switchTo(true);
    },
    expect: { shows: [], stallMaxMs: 25_000, recoversWithinMs: 20_000 },
    check: async (_scene, { deeds }) =>
      deeds.some(({ what }) => what === "the group is gone") ? [] : ["void: the group was not deleted"],
  },
  {
    id: "F30",
    title: "a stranger reads in the consumer's group",
    inject: async (scene) => {
      const stranger = await join(scene, "somebody-elses-program");
      // The members are looked at twice a minute.
      await until(async () => (await historyCodes(scene)).includes("kafka.foreign_member"), 45_000);
      await stranger.leave();
    },
    // What the stranger was given stands still until it leaves.
    expect: { shows: [], stallMaxMs: 60_000, recoversWithinMs: 30_000 },
    check: async (scene) => {
      const names = await historyCodes(scene);
      const isNamed = scene.host.log.includes('"clientId":"somebody-elses-program"');
      return names.includes("kafka.foreign_member") && isNamed ? [] : ["K6: nobody is told of the stranger"];
    },
  },
  {
    id: "F31",
    title: "a tool moves the group's offsets forward",
    inject: async (scene) => {
      await scene.switchTo(false);
      const ends = await scene.tools.admin.fetchTopicOffsets(scene.topic);
      await scene.stream.burst(100);
      await scene.tools.admin.setOffsets({
        groupId: scene.group,
        topic: scene.topic,
        partitions: ends.map(({ partition, high }) => ({ partition, offset: String(BigInt(high) + 20n) })),
      });
      await scene.switchTo(true);
    },
    expect: blocked("kafka.offset_moved"),
  },
  {
    id: "F32",
    title: "a record is larger than anything that may be read",
    scene: { topicConfig: roomy },
    inject: async (scene) => {
      const change = scene.stream.nextChange();
      const row = { patient_id: change.subject, name: scene.marker, mobile: "10000000000" };
      const photo = "x".repeat(largeBytes);
      await scene.stream.write([scene.stream.messageOf({ ...change, row: { ...row, photo } })]);
      await until(async () => (await scene.letters()).length > 0, 30_000);
    },
    expect: { shows: [], parked: 1, recoversWithinMs: 15_000 },
    check: async (_scene, { letters }) =>
      letters.every(({ code }) => code === "record.too_large") ? [] : ["K1: the letter has another code"],
  },
  {
    id: "F35",
    title: "aborted transactions and their control records lie between the changes",
    inject: async (scene) => {
      const producer = await scene.tools.transactional();
      for (const ending of ["commit", "abort", "abort", "commit"] as const) {
        const transaction = await producer.transaction();
        const changes = Array.from({ length: 20 }, (_, number) =>
          scene.stream.messageOf({ subject: scene.stream.subject(1_000 + number), version: 1 }),
        );
        await transaction.send({ topic: scene.topic, messages: ending === "abort" ? changes : [] });
        await transaction[ending]();
      }
      await scene.pause(2_000);
    },
    expect: { shows: [], recoversWithinMs: 15_000 },
    check: async (_scene, { account, journal }) => {
      const holes = account.reduce((sum, row) => sum + row.holes, 0n);
      const aborted = journal.filter(({ subject }) => /-1\d{3}$/.test(subject));
      const findings = holes >= 40n ? [] : [`K1: ${holes} holes`];
      return aborted.length === 0
        ? findings
        : [...findings, `K1: ${aborted.length} aborted records delivered`];
    },
  },
  {
    id: "F35b",
    title: "compaction has taken versions out of the log before they were read",
    limitMs: 300_000,
    scene: { topicConfig: compacting, subjects: 20 },
    inject: async (scene) => {
      await scene.switchTo(false);
      const before = await topicTruth(scene.kafka, scene.topic);
      const endBefore = (partition: number): bigint =>
        before.bounds.find((bound) => bound.partition === partition)?.high ?? 0n;
      await scene.stream.burst(300);
      const isCompacted = async (): Promise<boolean> => {
        // Only a segment that is not written to any more is compacted.
        await scene.stream.burst(1);
        await pause(1_000);
        const { records, bounds } = await topicTruth(scene.kafka, scene.topic);
        // Of what was read before, the consumer sees no holes.
        const isUnread = ({ partition, offset }: TrueRecord): boolean => offset >= endBefore(partition);
        const written = bounds.reduce((sum, { partition, high }) => sum + high - endBefore(partition), 0n);
        return written - BigInt(records.filter(isUnread).length) > 100n;
      };
      scene.note((await until(isCompacted, 90_000)) ? "compacted" : "never compacted");
      await scene.switchTo(true);
    },
    expect: { shows: [], stallMaxMs: 30_000, recoversWithinMs: 30_000 },
    check: async (_scene, { account, deeds }) => {
      if (!deeds.some(({ what }) => what === "compacted")) return ["void: the log was not compacted"];
      const holes = account.reduce((sum, row) => sum + row.holes, 0n);
      return holes >= 50n ? [] : [`K1: ${holes} holes`];
    },
  },
];

async function recreate(scene: FaultScene, records: number): Promise<void> {
  await scene.stream.stop();
  const { topic } = scene;
  await scene.tools.admin.deleteTopics({ topics: [topic] });
  await until(async () => !(await scene.tools.admin.listTopics()).includes(topic), 10_000);
  await scene.tools.admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
  scene.note("made anew");
  const messages = Array.from({ length: records }, () => scene.stream.messageOf(scene.stream.nextChange()));
  await scene.tools.send(topic, messages);
}

interface Stranger {
  leave(): Promise<void>;
}

/** A client of its own joins the group and takes its share of the partitions, as a forgotten program would. */
async function join(scene: FaultScene, clientId: string): Promise<Stranger> {
  const kafka = new Kafka({ brokers: [scene.kafka], clientId, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: scene.group, rebalanceTimeout: 60_000 });
  const joined = new Promise<void>((resolve) => consumer.on("consumer.group_join", () => resolve()));
  await consumer.connect();
  await consumer.subscribe({ topic: scene.topic });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
  await Promise.race([joined, pause(15_000)]);
  scene.note(`${clientId} joined`);
  return {
    leave: async () => {
      await consumer.disconnect();
      scene.note(`${clientId} left`);
    },
  };
}
