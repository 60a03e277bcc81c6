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
const source = { connector: "postgresql", db: "his", schema: "public", table: "patient", ts_ms: 1 };
const change = {
  ...record,
  value: Buffer.from(JSON.stringify({ op: "c", before: null, after: { id: 1 }, source, ts_ms: 1 })),
};
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

test("an inline cell ends an attempt at its deadline, and when its host calls it off", async () => {
  const handle = (_change: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<undefined>((_resolve, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)),
    );
  const cell = new InlineCell("p@1.0.0", [defineHandler({ name: "h", handle })], tools);
  const request = { record: change, consumer, attempt: 1, idempotencyKey: "k" };
  const stop = new AbortController();

  const late = cell.attempt({ ...request, consumer: { ...consumer, deadlineMs: 20 } });
  const stopped = cell.attempt({ ...request, signal: stop.signal });
  stop.abort();

  expect(await late).toMatchObject({ kind: "failed", failure: { code: "handler.deadline" } });
  expect(await stopped).toMatchObject({ kind: "failed", failure: { code: "handler.aborted" } });
});

test("an inline cell that is closed waits for what runs", async () => {
  let finish = (): void => undefined;
  const handle = () =>
    new Promise<undefined>((resolve) => {
      finish = () => resolve(undefined);
    });
  const cell = new InlineCell("p@1.0.0", [defineHandler({ name: "h", handle })], tools);
  const running = cell.attempt({ record: change, consumer, attempt: 1, idempotencyKey: "k" });

  const closing = cell.close(5_000);
  finish();
  await closing;

  expect(await running).toEqual({ kind: "done" });
});
