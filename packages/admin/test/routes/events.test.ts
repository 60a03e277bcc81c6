import { afterEach, expect, test } from "vitest";
import type { EventStore, StoredEvent } from "../../src/event-ports.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

/** Events in memory; `tell` wakes who listens. */
class MemoryEvents implements EventStore {
  readonly stored: StoredEvent[] = [];
  readonly #listeners = new Set<() => void>();
  oldest = 1n;

  ends = async (): Promise<{ oldest: bigint; newest: bigint }> => ({
    oldest: this.oldest,
    newest: this.stored.at(-1)?.id ?? 0n,
  });
  read: EventStore["read"] = async ({ after, missing, limit }) =>
    this.stored.filter(({ id }) => id > after || missing.includes(id)).slice(0, limit);
  listen: EventStore["listen"] = async (onChange, signal) => {
    this.#listeners.add(onChange);
    signal.addEventListener("abort", () => this.#listeners.delete(onChange));
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(fields: Partial<StoredEvent> = {}): void {
    const id = BigInt(this.stored.length + 1);
    const told = { topic: "consumers", kind: "state", consumerId: "1", subject: null, detail: {} };
    this.stored.push({ id, at: new Date(0), ...told, ...fields });
    for (const wake of this.#listeners) wake();
  }
}

const token = "the-deployers-own-token";
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

async function scene() {
  const events = new MemoryEvents();
  const built = appOver({ events }, { token });
  await storedConsumer(built.house, { name: "north", configuration: { labels: { site: "north" } } });
  await storedConsumer(built.house, { name: "south", configuration: { labels: { site: "south" } } });
  const url = `${await built.app.listen({ host: "127.0.0.1", port: 0 })}/api/v1/events`;
  closing.push(async () => {
    const closed = built.app.close();
    // What the client keeps open between two requests is nobody's stream.
    built.app.server.closeAllConnections();
    await closed;
  });
  const secret = await tokenOf(built.house.access, [{ role: "viewer", scope: { site: "north" } }]);
  return { ...built, events, url, viewer: { authorization: `Bearer ${secret}` } };
}

const root = { authorization: `Bearer ${token}` };

/** Reads a stream until a text is in it. */
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

test("what happens is told as it happens, and a client that comes back is told what it missed", {
  timeout: 20_000,
}, async () => {
  const { events, url } = await scene();
  events.tell({ detail: { n: "before" } });

  const first = await fetch(url, { headers: root });
  setTimeout(() => events.tell({ detail: { n: "while\r\n\r\nthere" } }), 50);
  const seen = await readUntil(first, "there");
  events.tell({ detail: { n: "away" } });
  const second = await fetch(url, { headers: { ...root, "last-event-id": "2" } });
  const again = await readUntil(second, "away");

  expect(first.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(first.headers.get("x-content-type-options")).toBe("nosniff");
  expect(seen).not.toContain("before");
  expect(seen).toContain('id: 2\nevent: event\ndata: {"id":"2"');
  expect(again).toContain('"isResumed":true');
  expect(again).not.toContain("while");
});

test("each event is told only to who may see its consumer, and what is no consumer's to who sees all", async () => {
  const { events, url, viewer } = await scene();

  const answer = await fetch(`${url}?topics=consumers,plugins`, { headers: viewer });
  setTimeout(() => {
    events.tell({ consumerId: "2", subject: "of-south" });
    events.tell({ topic: "plugins", consumerId: null, subject: "of-nobody" });
    events.tell({ topic: "connectors", subject: "not-asked" });
    events.tell({ subject: "of-north" });
  }, 50);
  const seen = await readUntil(answer, "of-north");

  expect(seen).not.toMatch(/of-south|of-nobody|not-asked/);
});

test("who is too far behind is told how much was left out", async () => {
  const { events, url } = await scene();
  for (let n = 0; n < 5; n += 1) events.tell();
  events.oldest = 4n;

  const answer = await fetch(url, { headers: { ...root, "last-event-id": "1" } });

  expect(await readUntil(answer, "dropped")).toContain('event: dropped\ndata: {"atMost":"2"}');
});

test("a stream ends with its token, and with the API; nobody listens afterwards", {
  timeout: 20_000,
}, async () => {
  const { events, url, viewer, house, app } = await scene();

  const ended = await fetch(url, { headers: viewer });
  const closed = await fetch(url, { headers: root });
  await house.access.tokens.revoke("token-1", "setup");
  const seen = await readUntil(ended, "event: end");
  const rest = closed.text();
  await app.close();

  expect(seen).toContain('{"code":"request.unauthorized"}');
  expect(await rest).toContain("event: hello");
  expect(events.listeners).toBe(0);
});

test.each([
  ["?topics=weather", 400],
  ["?more=1", 400],
])("%s is refused with %i", async (query, status) => {
  const { url } = await scene();

  expect((await fetch(`${url}${query}`, { headers: root })).status).toBe(status);
});

test("one caller may not hold all streams", async () => {
  const { url, viewer } = await scene();
  const open = await Promise.all(Array.from({ length: 8 }, () => fetch(url, { headers: root })));

  const refused = await fetch(url, { headers: root });
  const other = await fetch(url, { headers: viewer });
  await Promise.all([...open, other].map((answer) => (answer.body ?? new ReadableStream()).cancel()));

  expect([refused.status, other.status]).toEqual([429, 200]);
});
