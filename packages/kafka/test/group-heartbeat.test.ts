import { KafkaJSConnectionError, KafkaJSProtocolError } from "kafkajs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GroupHeartbeat } from "../src/group-heartbeat.ts";
import type { KafkajsConsumerGroup, MemberOfGroup } from "../src/guards/kafkajs-internals.ts";

const EVERY_MS = 700;
const unreachable = new KafkaJSConnectionError("refused", { broker: "127.0.0.1:1" });

function refusal(type: string, retriable = false): Error {
  return Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable });
}

/** A coordinator that answers each heartbeat as the test says at that moment. */
class Coordinator {
  readonly asked: MemberOfGroup[] = [];
  answer: Error | null = null;

  heartbeat(member: MemberOfGroup): Promise<void> {
    this.asked.push(member);
    return this.answer === null ? Promise.resolve() : Promise.reject(this.answer);
  }
}

function scene(): {
  readonly coordinator: Coordinator;
  readonly group: KafkajsConsumerGroup;
  readonly heartbeat: GroupHeartbeat;
  readonly told: string[];
} {
  const coordinator = new Coordinator();
  const group = {
    groupId: "g",
    memberId: "m",
    generationId: 3,
    coordinator,
  } as unknown as KafkajsConsumerGroup;
  const told: string[] = [];
  const heartbeat = new GroupHeartbeat(EVERY_MS, {
    onRenewed: () => void told.push("renewed"),
    onRefused: () => void told.push("refused"),
  });
  return { coordinator, group, heartbeat, told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("beats at once and from then on, until it is halted", async () => {
  const { coordinator, group, heartbeat, told } = scene();

  await heartbeat.begin(group);
  await vi.advanceTimersByTimeAsync(EVERY_MS * 3);
  heartbeat.halt();
  await vi.advanceTimersByTimeAsync(EVERY_MS * 3);

  expect(coordinator.asked).toEqual(Array(4).fill({ groupId: "g", memberId: "m", groupGenerationId: 3 }));
  expect(told).toEqual(Array(4).fill("renewed"));
});

test.each([
  ["REBALANCE_IN_PROGRESS", ["renewed"], true],
  ["ILLEGAL_GENERATION", ["refused"], true],
  ["UNKNOWN_MEMBER_ID", ["refused"], true],
  ["NOT_COORDINATOR_FOR_GROUP", [], true],
  ["GROUP_AUTHORIZATION_FAILED", [], false],
])("the answer %s tells %j, and kafkajs hears of it: %s", async (type, expected, isHeard) => {
  const { coordinator, group, heartbeat, told } = scene();
  coordinator.answer = refusal(type);

  await heartbeat.begin(group);

  expect(told).toEqual(expected);
  if (isHeard) expect(() => heartbeat.check()).toThrow(type);
  else expect(() => heartbeat.check()).not.toThrow();
  heartbeat.halt();
  expect(() => heartbeat.check()).not.toThrow();
});

test("a coordinator that cannot be reached is asked again, and nothing is concluded from it", async () => {
  const { coordinator, group, heartbeat, told } = scene();
  coordinator.answer = unreachable;

  await heartbeat.begin(group);
  coordinator.answer = null;
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  heartbeat.halt();

  expect(coordinator.asked).toHaveLength(2);
  expect(told).toEqual(["renewed"]);
});

test("an answer to the name of an earlier generation is nobody's", async () => {
  const { coordinator, group, heartbeat, told } = scene();
  coordinator.answer = refusal("ILLEGAL_GENERATION");

  const beat = heartbeat.begin(group);
  Object.assign(group, { generationId: 4 });
  await beat;

  expect(told).toEqual([]);
  expect(() => heartbeat.check()).not.toThrow();
  heartbeat.halt();
});
