import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { changesOf } from "../support/change-of.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));

interface SeenRecord {
  readonly offset: string;
  readonly outcome: {
    readonly name: string;
    readonly attempts: number | null;
    readonly attemptsReason: string | null;
    readonly durationMs: number | null;
  };
}

describe.skipIf(stack().unavailable !== "")("looking at a consumer that runs", () => {
  test("what ended before anybody looked is delivered, and what ends then tells its attempts and duration", async () => {
    await using scene = await Scene.open();
    await scene.host.start();
    await scene.install(hello);
    const topic = await scene.makeTopic();
    await scene.insert({ name: "looked-at", topic, handlerFunc: "npm:@example/hello-handler@^1" });
    const records = async (): Promise<readonly SeenRecord[]> => {
      const { text } = await scene.get("/api/v1/consumers/looked-at/records");
      return (JSON.parse(text) as { readonly items: readonly SeenRecord[] }).items;
    };
    await scene.tools.send(topic, changesOf(1, 1));
    const isDone = await scene.untilEnded("looked-at", "done", 1);

    const before = await records();
    await scene.tools.send(topic, changesOf(2, 1));
    await until(async () => (await records())[1]?.outcome.name === "delivered", 20_000);
    const [first, second] = await records();
    const tailed = await scene.command(
      ...["consumer", "tail", "looked-at", "--from", "1h", "--count", "2", "-o", "jsonl"],
    );

    expect(isDone).toBe(true);
    expect(before.map(({ outcome }) => outcome)).toMatchObject([
      { name: "delivered", attempts: null, attemptsReason: "not_noted" },
    ]);
    expect(first?.outcome.attempts).toBeNull();
    expect(second?.outcome).toMatchObject({ name: "delivered", attempts: 1, attemptsReason: null });
    expect(second?.outcome.durationMs).toBeGreaterThan(0);
    expect(tailed.code).toBe(0);
    expect(tailed.stdout.trim().split("\n")).toHaveLength(2);
  });
});
