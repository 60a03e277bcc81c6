import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { changeBytes, jsonBytes, MemoryMasking, MemoryTopic } from "../support/memory-changes.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const topicName = "postgresql.his.visit";
const path = "/api/v1/consumers/visits/records";

async function scene(options: { readonly token?: string } = {}) {
  const topic = new MemoryTopic(topicName, 2);
  const ledger = new MemoryLedger();
  const masking = new MemoryMasking();
  const offsetsAt = async () =>
    new Map<number, bigint | null>([
      [0, 3n],
      [1, null],
    ]);
  const built = appOver({ changes: topic.reader, masking, ledger, offsetsAt }, options);
  const configuration = { labels: { site: "north" } };
  await storedConsumer(built.house, { name: "visits", topic: topicName, configuration });
  for (let id = 0; id < 12; id += 1) {
    const after = { id, name: `name-of-${id}`, status: "in" };
    topic.add(id % 2, {
      key: jsonBytes({ id }),
      value: changeBytes({ op: id % 3 === 0 ? "c" : "u", before: id % 3 === 0 ? null : after, after }),
    });
  }
  built.house.topics.set(topicName, topic.bounds);
  return { ...built, topic, ledger, masking };
}

interface Item {
  readonly partition: number;
  readonly offset: string;
  readonly outcome: { readonly name: string };
}
const placesOf = (items: readonly Item[]): readonly string[] =>
  items.map(({ partition, offset }) => `${partition}@${offset}`);

test("each record is shown masked with what became of it, and where to follow from", async () => {
  const { app, ledger } = await scene();
  ledger.say(1, 5n, "retrying");

  const answer = await app.inject({ url: `${path}?limit=4` });

  const { items, liveFrom, searched } = answer.json();
  expect(answer.statusCode).toBe(200);
  expect(placesOf(items)).toEqual(["0@4", "0@5", "1@4", "1@5"]);
  expect(items.map(({ outcome }: Item) => outcome.name)).toEqual([
    ...["delivered", "delivered", "delivered"],
    "retrying",
  ]);
  expect(answer.body).not.toContain("name-of");
  expect(liveFrom).toBe("topic-1.0-6.1-6");
  expect(searched).toMatchObject({ isComplete: true });
  expect(ledger.watched).toEqual(["1"]);
});

test.each([
  ["outcome=parked", ["0@1"]],
  ["outcome=parked,skipped", ["0@1", "1@2"]],
  ["op=c", ["0@0", "0@3", "1@1", "1@4"]],
  ["op=d,t", []],
  ["partition=1&fromOffset=4", ["1@4", "1@5"]],
  ["partition=1&fromOffset=1&toOffset=3", ["1@1", "1@2"]],
  ["partition=1&toOffset=2", ["1@0", "1@1"]],
  ["from=2026-01-01T00:00:00Z", ["0@3", "0@4", "0@5"]],
  [`key=${encodeURIComponent('{"id":6}')}`, ["0@3"]],
])("records by %s are %j", async (query, places) => {
  const { app, ledger } = await scene();
  ledger.say(0, 1n, "parked");
  ledger.say(1, 2n, "skipped");

  const answer = await app.inject({ url: `${path}?${query}` });

  expect(answer.statusCode).toBe(200);
  expect(placesOf(answer.json().items)).toEqual(places);
});

test("a page that is full goes on with its cursor, and a key may go in the body", async () => {
  const { app } = await scene();
  const key = '{"id":6}';

  const first = await app.inject({ url: `${path}?from=2020-01-01T00:00:00Z&limit=2` });
  const second = await app.inject({
    url: `${path}?from=2020-01-01T00:00:00Z&limit=2&cursor=${first.json().next}`,
  });
  const posted = await app.inject({ method: "POST", url: `${path}:search`, payload: { key } });

  expect(placesOf([...first.json().items, ...second.json().items])).toEqual(["0@3", "0@4", "0@5"]);
  expect(placesOf(posted.json().items)).toEqual(["0@3"]);
});

test.each([
  [`${path}?outcome=lost`, 400],
  [`${path}?op=x`, 400],
  [`${path}?fromOffset=3`, 400],
  [`${path}?partition=all&toOffset=3`, 400],
  [`${path}?partition=7`, 422],
  [`${path}?more=1`, 400],
  ["/api/v1/consumers/nobody/records", 404],
])("%s is answered %i", async (url, status) => {
  const { app } = await scene();

  expect((await app.inject({ url })).statusCode).toBe(status);
});

test("a viewer and who has another scope are refused", async () => {
  const { app, house } = await scene({ token: "the-deployers-own-token" });
  const as = async (role: "viewer" | "operator", site: string) => {
    const token = await tokenOf(house.access, [{ role, scope: { site } }]);
    return (await app.inject({ url: path, headers: { authorization: `Bearer ${token}` } })).statusCode;
  };

  expect([await as("viewer", "north"), await as("operator", "south"), await as("operator", "north")]).toEqual(
    [403, 404, 200],
  );
});
