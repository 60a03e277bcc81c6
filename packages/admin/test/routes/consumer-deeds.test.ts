import type { StateChange } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers/persons";
const bounds = { start: 9_007_199_254_740_993n, end: 9_007_199_254_741_000n };
const because = "the log was cut";

test.each([
  ["earliest", bounds.start],
  ["latest", bounds.end],
  ["9007199254740995", 9_007_199_254_740_995n],
])("a position moves to %s within the log as it is now", async (to, mark) => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.topics.set("persons", { topicId: "T9", partitions: new Map([[2, bounds]]) });

  const answer = await app.inject({
    ...{ method: "POST", url: `${path}/positions/2`, payload: { to, reason: because } },
  });

  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    ...{ topic: "persons", topicId: "T9", partition: 2, mark: String(mark), isChosen: true },
  });
  expect(house.chosen).toEqual([
    { topic: "persons", topicId: "T9", partition: 2, to: mark, bounds, actor: "local", reason: because },
  ]);
});

test.each([
  ["/positions/2", { to: "9007199254740992", reason: because }, 422, "position.invalid"],
  ["/positions/3", { to: "latest", reason: because }, 422, "position.invalid"],
  ["/positions/2", { to: "latest" }, 422, "position.reason_required"],
  ["/positions/2", { to: "newest", reason: because }, 400, "request.invalid"],
  ["/positions/2", { to: 5, reason: because }, 400, "request.invalid"],
  ["/positions/2", { reason: because }, 400, "request.invalid"],
  ["/positions/two", { to: "latest", reason: because }, 400, "request.invalid"],
])("a move at %s with %j is refused", async (rest, payload, status, code) => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.topics.set("persons", { topicId: "T9", partitions: new Map([[2, bounds]]) });

  const answer = await app.inject({ method: "POST", url: `${path}${rest}`, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(house.chosen).toEqual([]);
});

test("a topic that is not there, and brokers that nobody asks, give no position", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const move = { method: "POST", payload: { to: "latest", reason: because } } as const;

  const missing = await app.inject({ ...move, url: `${path}/positions/0` });
  const nobody = await app.inject({ ...move, url: "/api/v1/consumers/nobody/positions/0" });

  expect([missing.statusCode, missing.json().code]).toEqual([422, "kafka.topic_missing"]);
  expect(nobody.json().code).toBe("consumer.not_found");
});

test("the history is told line by line, of the consumer asked for", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const line: StateChange = {
    ...{ consumerId: "1", hostId: "h1", code: "delivery.rejoined", note: "joined anew" },
    state: "recovering",
    at: new Date(0),
  };
  house.history.push({ ...line, code: null }, line, { ...line, consumerId: "2" });

  const all = await app.inject(`${path}/history`);
  const one = await app.inject(`${path}/history?limit=1`);
  const refused = await app.inject(`${path}/history?limit=0`);

  expect(all.json().items).toHaveLength(2);
  expect(one.json()).toEqual({
    items: [{ ...line, code: null, at: "1970-01-01T00:00:00.000Z" }],
    next: null,
  });
  expect(refused.json().errors[0].pointer).toBe("/limit");
});

test("the fence is cleared by a person who says why", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const clear = { method: "POST", url: `${path}/fence:clear` } as const;

  const refused = await app.inject({ ...clear, payload: {} });
  const cleared = await app.inject({ ...clear, payload: { reason: "restored from a backup" } });

  expect([refused.statusCode, refused.json().code]).toEqual([422, "position.reason_required"]);
  expect([cleared.statusCode, cleared.json()]).toEqual([200, { cleared: 1 }]);
  expect(house.cleared).toEqual([{ consumerId: "1", actor: "local", reason: "restored from a backup" }]);
});
