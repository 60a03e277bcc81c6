import { expect, test } from "vitest";
import { appOver, position, storedConsumer } from "../support/small-house.ts";

const url = "/api/v1/consumers/persons/positions";

async function houseWithTopic(): Promise<ReturnType<typeof appOver>> {
  const built = appOver({ offsetsAt: async () => new Map([[0, 4n]]) });
  await storedConsumer(built.house);
  built.house.positions.push(position({ mark: 10n }));
  built.house.topics.set("persons", {
    topicId: "topic-1",
    partitions: new Map([[0, { start: 2n, end: 30n }]]),
  });
  built.house.snapshots.push({
    ...{ id: "77", at: new Date(0), actor: "ann", reason: "tried", topic: "persons" },
    partitions: [{ partition: 0, from: "8", to: "10" }],
  });
  return built;
}

test("marks, and where they stood before, are listed", async () => {
  const { app } = await houseWithTopic();

  const marks = await app.inject({ url });
  const snapshots = await app.inject({ url: `${url}/snapshots` });

  expect(marks.json().items).toMatchObject([{ partition: 0, start: "0", mark: "10" }]);
  expect(snapshots.json().items).toMatchObject([{ id: "77", partitions: [{ from: "8", to: "10" }] }]);
});

test.each([
  [{ kind: "earliest" }, "2"],
  [{ kind: "latest" }, "30"],
  [{ kind: "time", time: "2026-01-01T00:00:00Z" }, "4"],
  [{ kind: "shift", by: "-3" }, "7"],
  [{ kind: "offsets", offsets: { "0": "5" } }, "5"],
  [{ kind: "snapshot", id: "77" }, "8"],
])("a plan to %j is shown, then done with a reason", async (to, offset) => {
  const { app, house } = await houseWithTopic();

  const planned = await app.inject({ method: "POST", url: `${url}:plan`, payload: { to } });
  expect(house.planned).toEqual([]);
  const applied = await app.inject({
    method: "POST",
    url: `${url}:apply`,
    payload: { plan: planned.json(), reason: "a mistake" },
  });

  expect(planned.json().partitions).toMatchObject([{ partition: 0, from: "10", to: offset }]);
  expect([applied.statusCode, applied.json().partitions]).toMatchObject([
    200,
    [{ partition: 0, to: offset }],
  ]);
  expect(house.planned).toMatchObject([{ reason: "a mistake", actor: "local", revision: 1n }]);
});

test("a plan that was changed, is for another consumer, or is too old is not done", async () => {
  const { app, house } = await houseWithTopic();
  await storedConsumer(house, { name: "others" });
  const plan = (
    await app.inject({ method: "POST", url: `${url}:plan`, payload: { to: { kind: "earliest" } } })
  ).json();
  const apply = (changed: object, at = url) =>
    app.inject({
      method: "POST",
      url: `${at}:apply`,
      payload: { plan: { ...plan, ...changed }, reason: "why" },
    });

  const answers = [
    await apply({ partitions: [{ ...plan.partitions[0], to: "3" }] }),
    await apply({ expiresAt: "2100-01-01T00:00:00.000Z" }),
    await apply({ hash: "0".repeat(32) }),
    await apply({}, "/api/v1/consumers/others/positions"),
  ];

  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual(
    answers.map(() => [428, "position.plan_required"]),
  );
  expect(house.planned).toEqual([]);
});

test("a topic that was made anew since makes the plan stale", async () => {
  const { app, house } = await houseWithTopic();
  const plan = (
    await app.inject({ method: "POST", url: `${url}:plan`, payload: { to: { kind: "earliest" } } })
  ).json();
  house.topics.set("persons", { topicId: "topic-2", partitions: new Map([[0, { start: 0n, end: 30n }]]) });

  const answer = await app.inject({ method: "POST", url: `${url}:apply`, payload: { plan, reason: "why" } });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "position.plan_stale"]);
});

test("no reason, no such snapshot, and no topic are told apart", async () => {
  const { app, house } = await houseWithTopic();
  const plan = (
    await app.inject({ method: "POST", url: `${url}:plan`, payload: { to: { kind: "earliest" } } })
  ).json();

  const noReason = await app.inject({ method: "POST", url: `${url}:apply`, payload: { plan } });
  const noSnapshot = await app.inject({
    method: "POST",
    url: `${url}:plan`,
    payload: { to: { kind: "snapshot", id: "5" } },
  });
  house.topics.clear();
  const noTopic = await app.inject({
    method: "POST",
    url: `${url}:plan`,
    payload: { to: { kind: "earliest" } },
  });

  expect([noReason, noSnapshot, noTopic].map((answer) => answer.json().code)).toEqual([
    "position.reason_required",
    "position.snapshot_unknown",
    "kafka.topic_missing",
  ]);
});
