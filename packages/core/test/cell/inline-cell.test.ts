import { defineHandler } from "@gluttony/sdk";
import { expect, test } from "vitest";
import { InlineCell } from "../../src/cell/inline-cell.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const consumer = {
  id: "1",
  name: "c",
  revision: 1n,
  handler: "h",
  config: {},
  deadlineMs: 1_000,
  graceMs: 1_000,
};
const record = { topic: "t", partition: 0, offset: 1n, timestampMs: 1, key: null, value: null, headers: [] };
const quiet = () => undefined;
const tools = {
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  once: new MemoryLedger(),
  fetch: () => Promise.reject(new Error("No target here.")),
};

test("an inline cell answers like a real one, and not at all once it is closed", async () => {
  const cell = new InlineCell("p@1.0.0", [defineHandler({ name: "h", handle: () => undefined })], tools);
  const request = { record, consumer, attempt: 1, idempotencyKey: "k" };

  const before = await cell.attempt(request);
  await cell.close(1_000);

  expect(before).toEqual({ kind: "filtered", rule: "debezium.tombstone" });
  expect(await cell.attempt(request)).toMatchObject({ failure: { code: "handler.aborted" } });
});
