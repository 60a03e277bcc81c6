import { type ConsumerRow, GluttonyError, type Release } from "@gluttony/model";
import { expect, test, vi } from "vitest";
import { systemClock } from "../src/clock.ts";
import { Metrics } from "../src/metrics.ts";
import { SupervisedConsumer } from "../src/supervised-consumer.ts";
import { MemorySource, memoryRun, silentLog } from "./support/memory-ports.ts";

const soon = { timeout: 5_000, interval: 5 };
const row: ConsumerRow = {
  id: "1",
  name: "patients",
  connString: null,
  dataSource: null,
  captureSchema: null,
  captureTable: null,
  topic: "t",
  group: "g",
  handlerFunc: "empi",
  globalKey: [],
  isValid: true,
  count: 0n,
  creationTime: new Date(0),
  configuration: {},
  revision: 1n,
};
const release: Release = {
  package: "memory",
  version: "1.0.0",
  treeHash: "",
  root: "",
  manifest: {
    manifest: 1,
    protocols: [1],
    needs: [],
    handlers: [],
    permissions: { net: [] },
    limits: { memoryMb: 64 },
  },
  isFirstParty: true,
  grantedNet: [],
};

test("is starting until its group is joined, and running from then on", async () => {
  const { consumer, join } = supervised([]);

  await vi.waitFor(() => expect(consumer.observe().release).toBe("memory@1.0.0"), soon);
  const before = consumer.observe();
  join();
  await vi.waitFor(() => expect(consumer.observe().state).toBe("running"), soon);
  await consumer.stop(100);

  expect(before).toMatchObject({ state: "starting", cause: null });
});

test("goes on to say that the broker is away while it joins anew, and is not running meanwhile", async () => {
  const { consumer, join } = supervised([new GluttonyError("kafka.unreachable")]);

  await vi.waitFor(() => expect(consumer.observe().state).toBe("recovering"), soon);
  await vi.waitFor(() => expect(consumer.observe().release).toBe("memory@1.0.0"), soon);
  const before = consumer.observe();
  join();
  await vi.waitFor(() => expect(consumer.observe().state).toBe("running"), soon);
  await consumer.stop(100);

  expect(before).toMatchObject({ state: "recovering", cause: { code: "kafka.unreachable" } });
});

test("a row that asks for a pause is paused once it has its place, says why, and goes on when it is followed", async () => {
  const steering = {
    isPaused: true,
    until: null,
    actor: "ada",
    reason: "a look",
    at: new Date(0),
    restarts: 0n,
  };
  const { consumer, join } = supervised([], { ...row, steering });
  await vi.waitFor(() => expect(consumer.observe().release).toBe("memory@1.0.0"), soon);
  const before = consumer.observe();
  join();
  await vi.waitFor(() => expect(consumer.observe().state).toBe("paused"), soon);
  const paused = consumer.observe();

  consumer.follow({ ...row, revision: 2n, steering: { ...steering, isPaused: false } });
  await vi.waitFor(() => expect(consumer.observe()).toMatchObject({ state: "running", revision: 2n }), soon);
  await consumer.stop(100);

  expect(before).toMatchObject({ state: "starting", cause: null });
  expect(paused.cause).toMatchObject({
    code: "consumer.paused",
    facts: { by: "ada", reason: "a look", until: null },
  });
  expect(consumer.takeHistory().map(({ state }) => state)).toEqual(
    expect.arrayContaining(["paused", "running", "draining"]),
  );
});

test.each([true, false])(
  "asks for a cell that nobody used only when it begins anew: %s",
  async (needsNewCell) => {
    const { consumer, join, wishes } = supervised([], row, needsNewCell);
    join();
    await vi.waitFor(() => expect(consumer.observe().state).toBe("running"), soon);
    await consumer.stop(100);

    expect(wishes).toEqual([{ isNew: needsNewCell }]);
  },
);

/** A consumer whose source first fails with each of the errors, and then joins its group when the test says so. */
function supervised(failures: GluttonyError[], held: ConsumerRow = row, needsNewCell = false) {
  const wishes: unknown[] = [];
  const { positions, deadLetters, fence, breakers, cell, run, ended } = memoryRun([]);
  void run.stop(0).then(() => ended);
  let join = (): void => undefined;
  const joined = new Promise<void>((resolve) => {
    join = resolve;
  });
  const consumer = new SupervisedConsumer(
    held,
    {
      plugins: {
        resolve: async () => ({ release, handler: "h", config: {}, insteadOf: null }),
        resolveShadow: async () => null,
        acquireShadow: async () => Promise.reject(new Error("nothing is shadowed here")),
        acquire: async (_, wish) => {
          wishes.push(wish);
          return { cell, release: async () => undefined };
        },
        close: async () => undefined,
      },
      connectors: { ensure: async () => undefined, removeUnused: async () => [] },
      sources: {
        create: () => {
          const source = new MemorySource([0]);
          const start = source.start.bind(source);
          source.start = async (events) => {
            const failure = failures.shift();
            if (failure !== undefined) throw failure;
            await joined;
            await start(events);
          };
          return source;
        },
      },
      positions,
      deadLetters,
      shadows: { add: async () => undefined },
      takeBacks: { remember: async () => undefined },
      errors: { note: () => undefined },
      fence,
      schemas: null,
      subjects: { of: (key) => key },
      breakers,
      clock: systemClock,
      random: () => 0.5,
      log: silentLog,
      metrics: new Metrics("0.0.0"),
    },
    { hostId: "host-1", fetchWaitMs: 10, groupOwnerOf: () => undefined, needsNewCell },
  );
  return { consumer, wishes, join: () => join() };
}
