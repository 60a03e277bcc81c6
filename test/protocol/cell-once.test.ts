import { expect, test } from "vitest";
import { insertOf, testHost } from "../support/cells.ts";

test("a step is done once, its calls carry a key of their own, and a later attempt gets the result", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const request = insertOf("step");
  const key = request.idempotencyKey;

  const results = [await cell.attempt(request), await cell.attempt({ ...request, attempt: 2 })];

  const done = { kind: "done", called: [{ origin: "http://target.test", isUp: true }] };
  expect(results).toEqual([done, done]);
  expect(host.calls.map((call) => call.idempotencyKey)).toEqual([`${key}:post-patient`, key, key]);
  expect(host.ledger.asked).toEqual([
    `claim ${key} post-patient`,
    `finish ${key} post-patient`,
    `claim ${key} post-patient`,
  ]);
});

test("a process that dies after a step does not have it run again", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const result = await cell.attempt(insertOf("step-then-exit"));

  expect(result).toMatchObject({ failure: { kind: "record", code: "plugin.crashed" } });
  expect(host.calls).toHaveLength(1);
});

test("a process that dies inside of a step leaves its outcome unknown, and the record is set aside", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const result = await cell.attempt(insertOf("exit-inside-step"));

  expect(result).toMatchObject({ failure: { kind: "record", code: "once.outcome_unknown" } });
});

test("a ledger that is down fails the attempt, which is told what it was", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const request = insertOf("step");

  host.ledger.failing.add("claim");
  const unclaimed = await cell.attempt(request);
  host.ledger.failing.clear();
  host.ledger.failing.add("finish");
  const unnoted = await cell.attempt(request);
  host.ledger.failing.clear();

  expect(unclaimed).toMatchObject({ failure: { kind: "transient", code: "once.ledger_unavailable" } });
  expect(unnoted).toMatchObject({ failure: { kind: "ambiguous", code: "once.ledger_unavailable" } });
  expect(await cell.attempt(request)).toMatchObject({ kind: "done" });
});

test("without the lease a cell calls nothing and begins no step", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const lapsed = { mayCall: () => false };

  const called = await cell.attempt({ ...insertOf("call"), ...lapsed });
  const stepped = await cell.attempt({ ...insertOf("step"), ...lapsed });

  for (const result of [called, stepped]) {
    expect(result).toMatchObject({ failure: { kind: "transient", code: "handler.lease_lost" } });
    expect(result).not.toHaveProperty("failure.target");
  }
  expect(host.calls).toEqual([]);
  expect(host.ledger.asked).toEqual([]);
});

test("frames of steps that no cell of ours would send end the process", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const result = await cell.attempt(insertOf("forge-step", { deadlineMs: 20_000 }));

  expect(result).toMatchObject({ failure: { kind: "record", code: "plugin.protocol_violation" } });
  expect(host.log.lines.join("\n")).toContain("plugin.protocol_violation");
});
