import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import { ownerOf, silentLog } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

describe.skipIf(stack().unavailable !== "")("an idle source", () => {
  let tools: KafkaTools;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  test("arms few timers", async () => {
    const topic = await tools.makeTopic(1);
    const sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 500 }));
    await owner.start();
    const timers = vi.spyOn(globalThis, "setTimeout");

    await sleep(1_000);
    const count = timers.mock.calls.length;
    timers.mockRestore();
    await owner.stop();

    expect(count).toBeLessThan(100);
  });
});
