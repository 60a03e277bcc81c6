import { afterEach, expect, test } from "vitest";
import type { AdminCollaborators } from "../../src/ports.ts";
import { tokenOf } from "../support/memory-access.ts";
import { changeBytes, jsonBytes, MemoryMasking, MemoryTopic } from "../support/memory-changes.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { appOver, observed, storedConsumer } from "../support/small-house.ts";

const token = "the-deployers-own-token";
const root = { authorization: `Bearer ${token}` };
const topicName = "postgresql.his.visit";
const path = "/api/v1/consumers/visits/live";
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

async function scene(replaced: Partial<AdminCollaborators> = {}) {
  const topic = new MemoryTopic(topicName, 2, { chunk: 500 });
  const ledger = new MemoryLedger();
  const masking = new MemoryMasking();
  masking.show("status");
  const built = appOver({ changes: topic.reader, masking, ledger, ...replaced }, { token });
  const row = await storedConsumer(built.house, {
    name: "visits",
    topic: topicName,
    configuration: { labels: { site: "north" } },
  });
  built.house.observed.push(observed());
  const write = (id: number, op: "c" | "u" = "u"): void => {
    const after = { id, name: `name-of-${id}`, status: `out-${id}` };
    topic.add(0, {
      key: jsonBytes({ id }),
      value: changeBytes({ op, before: op === "c" ? null : after, after }),
    });
    built.house.topics.set(topicName, topic.bounds);
  };
  built.house.topics.set(topicName, topic.bounds);
  const url = await built.app.listen({ host: "127.0.0.1", port: 0 });
  closing.push(async () => {
    const closed = built.app.close();
    built.app.server.closeAllConnections();
    await closed;
  });
  return { ...built, topic, ledger, row, write, url: `${url}${path}` };
}

/** Reads a stream until a text is in it, or it ends. */
async function readUntil(answer: Response, text: string): Promise<string> {
  const reader = answer.body?.getReader();
  let seen = "";
  while (reader !== undefined && !seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    seen += Buffer.from(value).toString("utf8");
  }
  await reader?.cancel();
  return seen;
}

test("records are told masked as they come, with what became of them, and so is the consumer's state", {
  timeout: 20_000,
}, async () => {
  const { url, write } = await scene();
  write(1);

  const answer = await fetch(url, { headers: root });
  setTimeout(() => write(2), 50);
  const seen = await readUntil(answer, "event: place");

  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(seen).toContain("id: topic-1.0-1.1-0\nevent: hello");
  expect(seen).toContain('event: state\ndata: {"desired":');
  expect(seen).toContain('"value":"out-2"');
  expect(seen).toContain('"name":"delivered"');
  expect(seen).toContain("id: topic-1.0-2.1-0\nevent: place");
  expect(seen).not.toMatch(/name-of|"out-1"/);
});

test("a client that comes back goes on where it was, and one from another life of the topic at the end", {
  timeout: 20_000,
}, async () => {
  const { url, write } = await scene();
  for (const id of [0, 1, 2]) write(id);

  const again = await fetch(url, { headers: { ...root, "last-event-id": "topic-1.0-2.1-0" } });
  const seen = await readUntil(again, "event: place");
  const other = await fetch(`${url}?after=topic-0.0-1`, { headers: root });
  const hello = await readUntil(other, "hello");

  expect(seen).toContain('"isResumed":true');
  expect(seen).toContain('"value":"out-2"');
  expect(seen).not.toContain('"value":"out-1"');
  expect(hello).toContain('"isResumed":false');
});

test("who is too far behind is told what was left out, and sees the newest", {
  timeout: 20_000,
}, async () => {
  const { url, write } = await scene();
  for (let id = 0; id < 1_500; id += 1) write(id);

  const answer = await fetch(url, { headers: { ...root, "last-event-id": "topic-1.0-0.1-0" } });
  const seen = await readUntil(answer, "event: place");

  expect(seen).toContain('event: gap\ndata: {"reason":"slow","count":"1449"');
  expect(seen).toContain('"value":"out-1499"');
});

test("operation, outcome and key say which are told; the key may go in the body", {
  timeout: 20_000,
}, async () => {
  const { url, write, ledger } = await scene();
  write(1, "c");
  write(2, "u");
  write(3, "u");
  ledger.say(0, 2n, "parked");
  const headers = { ...root, "last-event-id": "topic-1.0-0.1-0" };

  const created = await readUntil(await fetch(`${url}?op=c`, { headers }), "event: place");
  const parked = await readUntil(await fetch(`${url}?outcome=parked`, { headers }), "event: place");
  const keyed = await readUntil(
    await fetch(`${url}:search`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ key: '{"id":2}' }),
    }),
    "event: place",
  );

  const statusOf = (seen: string) =>
    [...seen.matchAll(/"after":\{"state":"shown","type":"text","value":"(.*?)"/g)].map(
      ([, status]) => status,
    );
  expect([created, parked, keyed].map(statusOf)).toEqual([["out-1"], ["out-3"], ["out-2"]]);
});

test("a stream ends when its consumer goes, when it goes out of reach, and with its token", {
  timeout: 30_000,
}, async () => {
  const { url, house, row } = await scene();
  const secret = await tokenOf(house.access, [{ role: "operator", scope: { site: "north" } }]);
  const scoped = { authorization: `Bearer ${secret}` };

  const moved = await fetch(url, { headers: scoped });
  const revoked = await fetch(url, { headers: root });
  const configuration = { labels: { site: "south" } };
  await house.consumers.update(row.id, { ...row, configuration }, { actor: "a", revision: row.revision });
  const outOfReach = await readUntil(moved, "event: end");
  const now = await house.consumers.get("visits");
  await house.consumers.delete(row.id, { actor: "a", revision: now?.revision ?? 0n });
  const gone = await readUntil(revoked, "event: end");

  expect(outOfReach).toContain('{"code":"request.not_permitted"}');
  expect(gone).toContain('{"code":"consumer.not_found"}');
});

test("no frame holds a secret of the host", async () => {
  const hide = (text: string): string => text.replaceAll("out-7", "(hidden)");
  const { url, write } = await scene({ scrub: { scrubAnswer: hide, scrubText: hide } });
  write(7);

  const seen = await readUntil(
    await fetch(url, { headers: { ...root, "last-event-id": "topic-1.0-0.1-0" } }),
    "event: place",
  );

  expect(seen).toContain('"value":"(hidden)"');
  expect(seen).not.toContain("out-7");
});

test("nothing is read while nobody looks", async () => {
  const { topic, ledger, write, url } = await scene();
  const answer = await fetch(url, { headers: root });
  await readUntil(answer, "event: state");
  await new Promise((resolve) => setTimeout(resolve, 700));
  const before = [topic.looks, ledger.opened];
  write(1);

  await new Promise((resolve) => setTimeout(resolve, 800));

  expect([topic.looks, ledger.opened]).toEqual(before);
});

test.each([
  ["?outcome=lost", 400],
  ["?partition=9", 422],
  ["?more=1", 400],
])("%s is refused with %i", async (query, status) => {
  const { url } = await scene();

  expect((await fetch(`${url}${query}`, { headers: root })).status).toBe(status);
});

test("a viewer is refused", async () => {
  const { url, house } = await scene();
  const secret = await tokenOf(house.access, [{ role: "viewer", scope: null }]);

  expect((await fetch(url, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(403);
});
