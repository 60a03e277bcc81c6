import { expect, test, vi } from "vitest";
import { AttemptContext } from "../../src/cell/attempt-context.ts";
import { AttemptSignal } from "../../src/cell/attempt-signal.ts";

const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function contextWith(signal: AttemptSignal, log = () => logger) {
  const job = { config: { url: "u" }, attempt: 2, idempotencyKey: "k", consumer: "c", signal };
  const asks = () => ({ ask: () => Promise.reject(new Error("nobody asks")) });
  const tools = { log, asks, fetch: (url: string) => Promise.resolve(url) };
  return new AttemptContext(job as never, tools as never, { url: null });
}

test("every member of a context can be taken out and spread", async () => {
  const signal = new AttemptSignal();
  const context = contextWith(signal);

  const spread = Object.assign({}, context);
  const { fetch, log, signal: taken } = context;

  expect(spread).toMatchObject({ config: { url: "u" }, attempt: 2, idempotencyKey: "k", consumer: "c" });
  expect(spread.log).toBe(logger);
  expect(spread.signal).toBe(signal.signal);
  expect(await fetch("there")).toBe("there");
  expect([log, taken]).toEqual([logger, signal.signal]);
});

test("a context makes its log once, and not before it is read", () => {
  const log = vi.fn(() => logger);
  const context = contextWith(new AttemptSignal(), log);

  const madeBefore = log.mock.calls.length;
  context.log.info("one");
  context.log.info("two");

  expect({ madeBefore, made: log.mock.calls.length }).toEqual({ madeBefore: 0, made: 1 });
});
