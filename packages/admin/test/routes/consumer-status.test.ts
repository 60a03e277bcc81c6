import { type ConsumerDraft, GluttonyError, type ObservedState } from "@gluttony/model";
import { expect, test } from "vitest";
import type { ConsumerStatus } from "../../src/routes/consumer-status.ts";
import { worstFirst } from "../../src/views/merged-state.ts";
import { appOver, letter, observed, position, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers/persons/status";
const silence = { code: "host.silent", title: "", facts: {}, faults: [], remedy: "" };

async function statusWhen(
  seen: readonly ObservedState[],
  changes: Partial<ConsumerDraft> = {},
): Promise<ConsumerStatus> {
  const { app, house } = appOver();
  await storedConsumer(house, changes);
  house.observed.push(...seen);
  return (await app.inject(path)).json();
}

test("an account that balances says so, partition by partition and in all", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const start = 9_007_199_254_740_993n;
  house.positions.push(position({ partition: 1, start, mark: start + 10n }), position());
  house.filtered.set("operation", 5n).set("deny", 1);

  const { accounting } = (await app.inject(path)).json<ConsumerStatus>();

  expect(accounting.total).toEqual({
    markMinusStart: "20",
    endings: { done: "8", filtered: "6", skipped: "2", parked: "2", hole: "2" },
    sum: "20",
    balances: true,
  });
  expect(accounting.partitions).toMatchObject([
    { partition: 0, start: "0", mark: "10", balances: true },
    { partition: 1, start: "9007199254740993", mark: "9007199254741003", balances: true },
  ]);
  expect(accounting.filteredByRule).toEqual([
    { rule: "deny", count: "1" },
    { rule: "operation", count: "5" },
  ]);
});

test("a partition that lost a record does not balance", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.positions.push(position({ mark: 11n }));

  const { accounting } = (await app.inject(path)).json<ConsumerStatus>();

  expect(accounting.total).toMatchObject({ markMinusStart: "11", sum: "10", balances: false });
});

test("errors that cancel each other out in the sum still do not balance", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.positions.push(position({ mark: 11n }), position({ partition: 1, mark: 9n }));

  const { accounting } = (await app.inject(path)).json<ConsumerStatus>();

  expect(accounting.total).toMatchObject({ markMinusStart: "20", sum: "20", balances: false });
});

test("the account alone is the same as in the status", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.positions.push(position(), position({ topic: "another" }));

  const alone = await app.inject("/api/v1/consumers/1/accounting");
  const { accounting, consumer } = (await app.inject(path)).json<ConsumerStatus>();

  expect(alone.json()).toEqual({ consumer, ...accounting });
  expect(accounting.partitions).toHaveLength(1);
});

test("the states are merged worst first", async () => {
  const seen = worstFirst.toReversed().map((state) => observed({ state, hostId: state }));

  const { app, house } = appOver();
  await storedConsumer(house);

  const merged: string[] = [];
  for (const one of seen) {
    house.observed.push(one);
    merged.push((await app.inject(path)).json<ConsumerStatus>().observed.state);
  }

  expect(merged).toEqual(worstFirst.toReversed());
});

test("of hosts in the same state the one longest in it speaks for all", async () => {
  const { observed: merged } = await statusWhen([
    observed({ since: new Date("2026-01-02T00:00:00Z") }),
    observed({ since: new Date("2026-01-01T00:00:00Z"), hostId: "host-b" }),
  ]);

  expect(merged.since).toBe("2026-01-01T00:00:00.000Z");
});

test("no host at all is unknown, with the cause", async () => {
  const { observed: merged, hosts, lag } = await statusWhen([]);

  expect(merged).toMatchObject({ state: "unknown", isConverged: false });
  expect(merged.cause?.code).toBe("consumer.unobserved");
  expect(hosts).toEqual([]);
  expect(lag).toMatchObject({ records: null, recordsReason: "not_observed", ms: null });
});

test("only silent hosts is unknown", async () => {
  const { observed: merged, hosts } = await statusWhen([observed({ state: "unknown", cause: silence })]);

  expect(merged).toMatchObject({ state: "unknown", isConverged: false, cause: { code: "host.silent" } });
  expect(hosts).toMatchObject([{ isFresh: false }]);
});

test("a silent host does not hide those that speak", async () => {
  const { observed: merged } = await statusWhen([
    observed({ state: "unknown", cause: silence, revision: 0n }),
    observed({ hostId: "host-b" }),
  ]);

  expect(merged).toMatchObject({ state: "running", isConverged: true });
});

test("a host on an older revision is not converged", async () => {
  const { observed: merged } = await statusWhen([observed(), observed({ hostId: "host-b", revision: 0n })]);

  expect(merged.isConverged).toBe(false);
});

test("a consumer that is asked to stop and runs nowhere is stopped", async () => {
  const { desired, observed: merged } = await statusWhen([], { isValid: false });

  expect([desired, merged.state, merged.cause?.code]).toEqual(["stopped", "stopped", "consumer.stopped"]);
});

test("a consumer that is asked to stop and still runs is not called stopped", async () => {
  const { observed: merged } = await statusWhen([observed({ state: "draining" })], { isValid: false });

  expect(merged.state).toBe("draining");
});

test("lag adds up over the partitions of speaking hosts, each once, as texts", async () => {
  const partition = {
    partition: 0,
    mark: "5",
    next: "5",
    logEnd: "9",
    lagRecords: "9007199254740993",
    inFlight: 0,
  };
  const moved = { ...partition, mark: "7", lagRecords: "9007199254740991" };
  const other = { ...partition, partition: 1, lagRecords: "2" };
  const { lag } = await statusWhen([
    observed({ partitions: [partition], lagMs: 10 }),
    observed({ hostId: "host-b", partitions: [moved, other], lagMs: 30 }),
    observed({ hostId: "host-c", partitions: [{ ...other, partition: 2 }], cause: silence }),
  ]);

  expect(lag).toMatchObject({ records: "9007199254740993", ms: 30, msReason: null });
  expect(lag.partitions).toHaveLength(2);
});

test("open dead letters are counted, and said to be more when they are", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.deadLetters.letters.push(letter(), letter({ id: "b", state: "replaying" }));
  house.deadLetters.letters.push(
    letter({ id: "c", state: "replayed" }),
    letter({ id: "d", consumerId: "2" }),
  );

  const few = (await app.inject(path)).json<ConsumerStatus>();
  for (let id = 0; id < 200; id += 1) house.deadLetters.letters.push(letter({ id: `more-${id}` }));
  const many = (await app.inject(path)).json<ConsumerStatus>();

  expect(few.deadLetters).toEqual({ open: "2", isAtLeast: false });
  expect(many.deadLetters).toEqual({ open: "201", isAtLeast: true });
});

test("a worker that is down does not hide the status", async () => {
  const connectorStatus = (): never => {
    throw new GluttonyError("internal.unexpected");
  };
  const { app, house } = appOver({ connectorStatus });
  await storedConsumer(house);

  const answer = await app.inject(path);

  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ connector: null, connectorCause: { code: "internal.unexpected" } });
});

test("the status of nobody is not found, and takes no parameters", async () => {
  const { app } = appOver();

  const nobody = await app.inject(path);
  const asked = await app.inject(`${path}?verbose`);

  expect([nobody.statusCode, nobody.json().code]).toEqual([404, "consumer.not_found"]);
  expect([asked.statusCode, asked.json().errors[0].pointer]).toEqual([400, "/verbose"]);
});
