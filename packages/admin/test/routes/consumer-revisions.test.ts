import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers/1";
const secret = "postgres://reader:hunter2@db/his";
const source = { dataSource: "postgresql", captureSchema: "his", captureTable: "patient" };

async function edited() {
  const built = appOver();
  await storedConsumer(built.house, {
    ...source,
    connString: secret,
    configuration: { delivery: { concurrency: 4 } },
  });
  const change = (payload: object, revision: number) =>
    built.app.inject({ method: "PATCH", url: path, headers: { "if-match": `"${revision}"` }, payload });
  await change({ configuration: { delivery: { concurrency: 8 } } }, 1);
  await change({ topic: "others", is_valid: false }, 2);
  const restore = (n: number | string, ifMatch?: string) =>
    built.app.inject({
      method: "POST",
      url: `${path}/revisions/${n}:restore`,
      headers: ifMatch === undefined ? {} : { "if-match": ifMatch },
    });
  return { ...built, change, restore };
}

test("the revisions say who, what and which fields, the newest first", async () => {
  const { app } = await edited();

  const { items } = (await app.inject(`${path}/revisions`)).json();

  expect(
    items.map((one: { revision: string; operation: string; changed: unknown }) => [
      one.revision,
      one.operation,
      one.changed,
    ]),
  ).toEqual([
    ["3", "update", ["/is_valid", "/topic"]],
    ["2", "update", ["/configuration/delivery/concurrency"]],
    ["1", "insert", expect.arrayContaining(["/name", "/handler_func"])],
  ]);
});

test("the list comes in pages", async () => {
  const { app } = await edited();

  const first = (await app.inject(`${path}/revisions?limit=2`)).json();
  const second = (await app.inject(`${path}/revisions?limit=2&cursor=${first.next}`)).json();

  expect(first.items).toHaveLength(2);
  expect(second.items.map((one: { revision: string }) => one.revision)).toEqual(["1"]);
  expect(second.next).toBeNull();
});

test("one revision shows its columns and what it changed, since the one before or since any", async () => {
  const { app } = await edited();

  const one = (await app.inject(`${path}/revisions/3`)).json();
  const since = (await app.inject(`${path}/revisions/3?against=1`)).json();

  expect(one).toMatchObject({
    revision: "3",
    columns: { topic: "others", conn_string: { kind: "encrypted" } },
  });
  expect(one.changes).toEqual([
    { pointer: "/is_valid", before: true, after: false },
    { pointer: "/topic", before: "persons", after: "others" },
  ]);
  expect(since.changes.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/configuration/delivery/concurrency",
    "/is_valid",
    "/topic",
  ]);
});

test("a restored revision is a new one: the connection and whether it runs stay", async () => {
  const { app, house, restore } = await edited();

  const answer = await restore(1, '"3"');

  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers["etag"]).toBe('"4"');
  expect(answer.json()).toMatchObject({
    topic: "persons",
    is_valid: false,
    conn_string: { kind: "encrypted" },
    configuration: { delivery: { concurrency: 4 } },
  });
  expect(house.consumers.rows.get("1")?.connString).toContain("hunter2");
  const [newest] = (await app.inject(`${path}/revisions`)).json().items;
  expect(newest).toMatchObject({ revision: "4", operation: "restore" });
});

test("a restore needs the revision seen, and tells who was overtaken what differs", async () => {
  const { restore } = await edited();

  const without = await restore(1);
  const stale = await restore(1, '"2"');

  expect([without.statusCode, without.json().code]).toEqual([428, "consumer.revision_required"]);
  expect([stale.statusCode, stale.json().code]).toEqual([412, "consumer.stale_revision"]);
  expect(stale.json().conflict.fields).toContainEqual({
    pointer: "/topic",
    base: "persons",
    current: "others",
    wanted: "persons",
    isConflict: false,
  });
});

test.each(["9", "0", "9".repeat(30)])("there is no revision %s", async (n) => {
  const { app, restore } = await edited();

  for (const answer of [await app.inject(`${path}/revisions/${n}`), await restore(n, '"3"')])
    expect([answer.statusCode, answer.json().code]).toEqual([404, "consumer.revision_unknown"]);
});

test("a connection that was taken away cannot come back from the history", async () => {
  const { change, restore } = await edited();
  await change({ conn_string: null }, 3);

  const answer = await restore(1, '"4"');

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, "/conn_string"]);
});

test("no answer holds what the connection string holds", async () => {
  const { app, restore } = await edited();

  const answers = await Promise.all([
    app.inject(`${path}/revisions`),
    app.inject(`${path}/revisions/1`),
    app.inject(`${path}/revisions/3?against=1`),
    restore(1, '"1"'),
  ]);

  expect(answers.map(({ body }) => body).join()).not.toContain("hunter2");
});
