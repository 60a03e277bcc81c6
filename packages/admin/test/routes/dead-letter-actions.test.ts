import type { DeadLetterStats } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver, letter, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/dead-letters";

test("named letters become one order, with everything that was wished", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter(), letter({ id: "b" }));
  const payload = {
    ids: ["letter-1", "b"],
    reason: "mended",
    perSecondMax: 0.5,
    failuresMax: 3,
    force: true,
  };

  const answer = await app.inject({ method: "POST", url: `${path}:replay`, payload });

  expect(answer.statusCode).toBe(202);
  expect(answer.json()).toEqual({
    ...{ id: "1", consumerId: "1", state: "running", actor: "local", reason: "mended", perSecondMax: 0.5 },
    ...{
      failuresMax: 3,
      asked: 2,
      succeeded: 0,
      failed: 0,
      askedAt: "1970-01-01T00:00:00.000Z",
      endedAt: null,
    },
  });
  expect(house.deadLetters.asked).toMatchObject([{ wish: { force: true } }]);
});

test("a filter names its consumer by name, and times are times", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const payload = {
    ...{ consumer: "persons", failureCode: "empi.rejected", partition: 3, subject: "abc" },
    ...{ parkedBefore: "2026-01-02T00:00:00Z", parkedAfter: "2026-01-01T00:00:00+08:00" },
  };

  await app.inject({ method: "POST", url: `${path}:replay`, payload });

  expect(house.deadLetters.asked[0]?.selection).toEqual({
    ...{ consumerId: "1", failureCode: "empi.rejected", partition: 3, subject: "abc" },
    parkedBefore: new Date("2026-01-02T00:00:00Z"),
    parkedAfter: new Date("2025-12-31T16:00:00Z"),
  });
});

test.each([
  [{}, "/consumer"],
  [{ ids: ["letter-1"], consumer: "persons" }, "/consumer"],
  [{ ids: ["letter-1"], failureCode: "x.y" }, "/failureCode"],
  [{ ids: [] }, "/ids"],
  [{ ids: Array.from({ length: 1_001 }, String) }, "/ids"],
  [{ consumer: "persons", parkedBefore: "yesterday" }, "/parkedBefore"],
  [{ consumer: "persons", partition: -1 }, "/partition"],
  [{ consumer: "persons", perSecondMax: 0 }, "/perSecondMax"],
  [{ consumer: "persons", failuresMax: 1.5 }, "/failuresMax"],
  [{ consumer: "persons", forse: true }, "/forse"],
])("a replay of %j is refused at %s", async (payload, pointer) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "POST", url: `${path}:replay`, payload });

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, pointer]);
  expect(house.deadLetters.asked).toEqual([]);
});

test.each(["replay", "discard", "restore"])("to %s letters of nobody is refused", async (deed) => {
  const { app, house } = appOver();

  const answer = await app.inject({
    method: "POST",
    url: `${path}:${deed}`,
    payload: { consumer: "nobody" },
  });

  expect([answer.statusCode, answer.json().code]).toEqual([404, "consumer.not_found"]);
  expect([...house.deadLetters.asked, ...house.deadLetters.closed]).toEqual([]);
});

test("giving letters up needs a reason, and says how many went", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter());
  const discard = { method: "POST", url: `${path}:discard` } as const;

  const refused = await app.inject({ ...discard, payload: { ids: ["letter-1"] } });
  const done = await app.inject({
    ...discard,
    payload: { ids: ["letter-1"], reason: "a test patient" },
  });

  expect([refused.statusCode, refused.json().code]).toEqual([422, "dead_letter.reason_required"]);
  expect([done.statusCode, done.json()]).toEqual([200, { discarded: 1 }]);
  expect(house.deadLetters.closed).toEqual([
    { selection: { ids: ["letter-1"] }, actor: "local", reason: "a test patient" },
  ]);
});

test("letters are restored by their ids", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter());

  const answer = await app.inject({ method: "POST", url: `${path}:restore`, payload: { ids: ["letter-1"] } });

  expect([answer.statusCode, answer.json()]).toEqual([200, { restored: 1 }]);
  expect(house.deadLetters.closed).toEqual([{ selection: { ids: ["letter-1"] }, actor: "local" }]);
});

test("kinds are counted, of all or of one consumer", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const kind: DeadLetterStats = {
    ...{ consumer: "1", failureCode: "empi.rejected", count: 3, subjects: 2 },
    ...{ state: "parked", oldestParkedAt: new Date(0), newestParkedAt: new Date(1_000) },
  };
  house.deadLetters.counted.push(kind, { ...kind, consumer: "2" });

  const all = await app.inject(`${path}/stats`);
  const one = await app.inject(`${path}/stats?consumer=persons`);

  expect(all.json().items).toHaveLength(2);
  expect(one.json()).toEqual({
    items: [
      {
        ...{ consumer: "1", state: "parked", failureCode: "empi.rejected", count: 3, subjects: 2 },
        ...{ oldestParkedAt: "1970-01-01T00:00:00.000Z", newestParkedAt: "1970-01-01T00:00:01.000Z" },
      },
    ],
    next: null,
  });
});

test("orders are listed, of one consumer or of all", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.deadLetters.letters.push(letter());
  await app.inject({ method: "POST", url: `${path}:replay`, payload: { ids: ["letter-1"] } });

  const answers = await Promise.all(
    ["/api/v1/replay-orders", "/api/v1/replay-orders?consumer=persons"].map((url) => app.inject(url)),
  );
  const nobody = await app.inject("/api/v1/replay-orders?consumer=nobody");

  expect(answers.map((answer) => answer.json().items)).toMatchObject([[{ id: "1" }], [{ id: "1" }]]);
  expect(nobody.json().code).toBe("consumer.not_found");
});

test("the list is narrowed to a code, a partition and a subject", async () => {
  const { app, house } = appOver();
  const failure = { kind: "record", code: "x.y", message: "" } as const;
  house.deadLetters.letters.push(letter(), letter({ id: "b", failure, partition: 2, subject: "abc" }));

  const answer = await app.inject(`${path}?failureCode=x.y&partition=2&subject=abc`);
  const none = await app.inject(`${path}?failureCode=x.y&partition=1`);
  const refused = await app.inject(`${path}?partition=two`);

  expect([answer.json().items.length, answer.json().items[0].id]).toEqual([1, "b"]);
  expect(none.json().items).toEqual([]);
  expect(refused.json().errors[0].pointer).toBe("/partition");
});
