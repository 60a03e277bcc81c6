import type { Grant } from "@gluttony/model";
import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { byteSum, changeBytes, jsonBytes, MemoryMasking, MemoryTopic } from "../support/memory-changes.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const topicName = "postgresql.his.patient";
const north = { labels: { site: "north" } };
const readers: readonly Grant[] = [{ role: "phi-reader", scope: { site: "north" } }];

async function scene(options: { readonly token?: string } = {}) {
  const topic = new MemoryTopic(topicName, 2);
  const masking = new MemoryMasking();
  const built = appOver(
    {
      changes: topic.reader,
      masking,
      offsetsAt: async () => new Map([0, 1].map((partition) => [partition, 0n])),
    },
    options,
  );
  const capture = { dataSource: "postgresql", captureSchema: "his", captureTable: "patient" };
  await storedConsumer(built.house, { name: "north", topic: topicName, ...capture, configuration: north });
  await storedConsumer(built.house, {
    name: "south",
    topic: "south",
    configuration: { labels: { site: "south" } },
  });
  await storedConsumer(built.house, { name: "inner", topic: "__changes" });
  for (let id = 0; id < 20; id += 1) {
    const key = jsonBytes({ id });
    const after = { id, name: `name-of-${id}`, status: "in" };
    topic.add(byteSum(key, 2), { key, value: changeBytes({ before: { ...after, status: "out" }, after }) });
  }
  built.house.topics.set(topicName, topic.bounds);
  built.house.topics.set("south", topic.bounds);
  return { ...built, topic, masking };
}

test("browsing shows the newest records, masked", async () => {
  const { app, masking } = await scene();
  masking.show("status");

  const answer = await app.inject({ url: `/api/v1/changes?topic=${topicName}&limit=6` });

  const { items, next, searched } = answer.json();
  expect(answer.statusCode).toBe(200);
  expect(items).toHaveLength(6);
  expect(next).toBeNull();
  expect(searched).toMatchObject({ offsets: "6", ofOffsets: "6", isComplete: true });
  expect(answer.body).not.toContain("name-of");
  expect(items[0].fields.find(({ name }: { name: string }) => name === "status")).toMatchObject({
    isChanged: true,
    before: { state: "shown", value: "out" },
  });
  expect(answer.headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-type": "application/json; charset=utf-8",
  });
});

test("a key is searched in its own partition, by query or by body alike", async () => {
  const { app } = await scene();
  const key = JSON.stringify({ id: 7 });

  const asked = await app.inject({ url: `/api/v1/changes?table=his.patient&key=${encodeURIComponent(key)}` });
  const posted = await app.inject({
    method: "POST",
    url: "/api/v1/changes:search",
    payload: { table: "patient", key },
  });

  expect(asked.json().items).toHaveLength(1);
  expect(asked.json()).toMatchObject({
    keyPlace: { certainty: "checked", partition: byteSum(jsonBytes({ id: 7 }), 2) },
    searched: { partitions: 1, isComplete: true },
  });
  expect(posted.json()).toEqual(asked.json());
});

test("a search that is limited says how far it came, and goes on to the end", async () => {
  const { app } = await scene();
  const url = `/api/v1/changes?topic=${topicName}&from=2020-01-01T00:00:00Z&limit=8`;
  const seen: string[] = [];
  let cursor = "";
  let last = null;

  for (let pages = 0; pages < 5; pages += 1) {
    last = (await app.inject({ url: `${url}${cursor}` })).json();
    seen.push(
      ...last.items.map((item: { partition: number; offset: string }) => `${item.partition}:${item.offset}`),
    );
    if (last.next === null) break;
    expect(last.searched).toMatchObject({ stoppedBy: "limit", isComplete: false, ofOffsets: "20" });
    cursor = `&cursor=${last.next}`;
  }

  expect(new Set(seen).size).toBe(20);
  expect(last.searched).toMatchObject({ offsets: "20", ofOffsets: "20", isComplete: true });
});

test.each([
  ["/api/v1/changes?topic=connect-configs", 404],
  ["/api/v1/changes?topic=__changes", 404],
  ["/api/v1/changes?table=nobody", 404],
  ["/api/v1/changes", 400],
  [`/api/v1/changes?topic=${topicName}&table=patient`, 400],
  [`/api/v1/changes?topic=${topicName}&cursor=eA`, 400],
  [`/api/v1/changes?topic=${topicName}&partition=9`, 422],
  [`/api/v1/changes?topic=${topicName}&limit=9999`, 400],
  [`/api/v1/changes?topic=${topicName}&secret=1`, 400],
  [`/api/v1/changes/${topicName}/0/999`, 404],
  [`/api/v1/changes/${topicName}/9/0`, 404],
])("%s is answered %i", async (url, status) => {
  const { app } = await scene();

  const answer = await app.inject({ url });

  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
    status,
    "application/problem+json; charset=utf-8",
  ]);
});

test("a person sees only topics of consumers in their scope", async () => {
  const { app, house } = await scene({ token: "the-deployers-own-token" });
  const headers = { authorization: `Bearer ${await tokenOf(house.access, readers)}` };

  const topics = await app.inject({ url: "/api/v1/changes/topics?internal=true", headers });
  const own = await app.inject({ url: `/api/v1/changes/${topicName}/0/0`, headers });
  const other = await app.inject({ url: "/api/v1/changes/south/0/0", headers });
  const revealed = await app.inject({
    method: "POST",
    url: "/api/v1/changes:reveal",
    headers,
    payload: { records: [{ topic: "south", partition: 0, offset: "0" }], reason: "why" },
  });

  expect(topics.json().items).toEqual([{ topic: topicName, isInternal: false, consumers: ["north"] }]);
  expect([own, other, revealed].map(({ statusCode }) => statusCode)).toEqual([200, 404, 404]);
});

test("a reveal shows exactly what was asked, for who asked, until it ends; and only after it is in the book", async () => {
  const { app, house, masking } = await scene({ token: "the-deployers-own-token" });
  const headers = { authorization: `Bearer ${await tokenOf(house.access, readers)}` };
  const others = { authorization: `Bearer ${await tokenOf(house.access, readers)}` };
  const payload = { records: [{ topic: topicName, partition: 0, offset: "1" }], reason: "asked by the ward" };

  const revealed = await app.inject({ method: "POST", url: "/api/v1/changes:reveal", headers, payload });
  const at = (offset: string) => `/api/v1/changes/${topicName}/0/${offset}?reveal=${revealed.json().id}`;
  const again = await app.inject({ url: at("1"), headers });
  const beside = await app.inject({ url: at("2"), headers });
  const stranger = await app.inject({ url: at("1"), headers: others });
  const masked = await app.inject({ url: `/api/v1/changes/${topicName}/0/1`, headers });
  masking.begun.splice(0);
  const over = await app.inject({ url: at("1"), headers });

  expect([revealed, again].map(({ body }) => body.includes("name-of-"))).toEqual([true, true]);
  expect(revealed.headers["cache-control"]).toBe("no-store");
  expect([beside, stranger, over].map((answer) => [answer.statusCode, answer.json().code])).toEqual(
    [1, 2, 3].map(() => [403, "change.reveal_over"]),
  );
  expect(masked.body).not.toContain("name-of-");
});

test("a reveal that cannot be written down shows nothing, and a repeated one is not kept", async () => {
  const { app, house, masking } = await scene({ token: "the-deployers-own-token" });
  const headers = {
    authorization: `Bearer ${await tokenOf(house.access, readers)}`,
    "idempotency-key": "k1",
  };
  const payload = { records: [{ topic: topicName, partition: 0, offset: "1" }], reason: "why" };

  await app.inject({ method: "POST", url: "/api/v1/changes:reveal", headers, payload });
  const kept = JSON.stringify([...house.access.answers.values()]);
  masking.reveals.begin = async () => {
    throw new Error("the database is away");
  };
  const refused = await app.inject({ method: "POST", url: "/api/v1/changes:reveal", headers, payload });
  const blank = await app.inject({
    method: "POST",
    url: "/api/v1/changes:reveal",
    headers: { ...headers, "idempotency-key": "k2" },
    payload: { ...payload, reason: "  " },
  });

  expect(kept).not.toContain("name-of-");
  expect([refused.statusCode, refused.body.includes("name-of-")]).toEqual([500, false]);
  expect(blank.json().code).toBe("change.reason_required");
});

test("who may search may not therefore reveal, and the try is in the audit", async () => {
  const { app, house } = await scene({ token: "the-deployers-own-token" });
  const headers = {
    authorization: `Bearer ${await tokenOf(house.access, [{ role: "admin", scope: null }])}`,
  };

  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/changes:reveal",
    headers,
    payload: { records: [{ topic: topicName, partition: 0, offset: "1" }], reason: "why" },
  });

  expect(answer.statusCode).toBe(403);
  expect(house.access.notes).toContainEqual(
    expect.objectContaining({ action: "change.reveal", result: "refused" }),
  );
});

/** What breaks pages, headers, logs and streams. */
const hostile = [
  "<script>alert(1)</script>",
  "a\r\nSet-Cookie: x=1",
  "\u2028\u2029",
  "\u0000\u001b[31m",
  "';--",
  "\ud800",
];

test("names that a producer chose come back as JSON and nothing else", async () => {
  const { app, topic, house } = await scene();
  for (const text of hostile)
    topic.add(0, {
      key: jsonBytes({ [text]: 1 }),
      value: changeBytes({ op: "c", table: text, after: { [text]: text } }),
      headers: [{ name: text, value: Buffer.from(text) }],
    });
  house.topics.set(topicName, topic.bounds);

  const answer = await app.inject({ url: `/api/v1/changes?topic=${topicName}&partition=0&limit=200` });

  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  for (const raw of ["\r", "\n", "\u0000", "\u001b"]) expect(answer.body).not.toContain(raw);
  expect(Object.keys(answer.headers)).not.toContain("set-cookie");
  const names = answer.json().items.map(({ source }: { source: { table: string } | null }) => source?.table);
  expect(names).toEqual(expect.arrayContaining(hostile.slice(0, 5)));
});
