import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKafkaSources } from "@gluttony/kafka";
import { ownerOf, silentLog, textOf, until } from "../support/kafka-owner.ts";
import { type KafkaTools, kafkaTools, nameFor } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";

/** Connect's producers are Java's, and these frame some codecs in a way of their own. */
async function sendFromJava(topic: string, codec: string, lines: readonly string[]): Promise<void> {
  const producer = ["org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", stack().kafka];
  const settings = ["--topic", topic, "--compression-codec", codec, "--max-partition-memory-bytes", "200000"];
  const java = ["-XX:TieredStopAtLevel=1", "-cp", join(stack().libs, "*"), ...producer, ...settings];
  const running = promisify(execFile)("java", java, { timeout: 60_000 });
  running.child.stdin?.end(`${lines.join("\n")}\n`);
  await running;
}

/** Lines that compress well, badly and in between, up to more than a codec's window. */
function linesOf(count: number): readonly string[] {
  let seed = 42;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
  const random = (length: number): string =>
    Array.from({ length }, () => (next() % 36).toString(36)).join("");
  return Array.from({ length: count }, (_, index) => {
    if (index % 50 === 49) return `${index} ${random(70_000)}`;
    return index % 3 === 0 ? `${index} ${random(index)}` : `${index} ${`repeat ${index} `.repeat(index)}`;
  });
}

describe.skipIf(stack().unavailable !== "")("batches of a Java producer", () => {
  let tools: KafkaTools;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
  });
  afterAll(async () => tools?.[Symbol.asyncDispose]());

  test.each(["none", "gzip", "snappy", "lz4", "zstd"])("arrive exactly with %s", async (codec) => {
    const topic = await tools.makeTopic(1);
    const lines = linesOf(250);
    await sendFromJava(topic, codec, lines);
    const sources = createKafkaSources({ brokers: [stack().kafka], clientId: "tests", log: silentLog });
    const owner = ownerOf(sources.create({ topic, group: nameFor("group"), fetchWaitMs: 200 }));

    await owner.start();
    await until(() => owner.told.records.length + owner.told.blocked.length >= lines.length);
    await owner.stop();

    expect(owner.told.blocked).toEqual([]);
    expect(owner.told.records.map(({ value }) => textOf(value))).toEqual(lines);
  });
});
