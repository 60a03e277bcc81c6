import type { AttemptRequest, AttemptResult, Cell, PluginHost, ResolvedHandler } from "@gluttony/core";
import { expect, test } from "vitest";
import { AttemptNotes } from "../../src/records/attempt-notes.ts";
import { notingPlugins } from "../../src/records/noting-plugins.ts";

const place = (offset: number) => ({ topic: "t", partition: 0, offset: BigInt(offset) });
const request = (offset: number, consumerId = "1", attempt = 1) =>
  ({ record: place(offset), consumer: { id: consumerId }, attempt }) as unknown as AttemptRequest;
const done: AttemptResult = { kind: "done" };

function scene() {
  const clock = { ms: 0 };
  return { clock, notes: new AttemptNotes(() => clock.ms) };
}

test("only attempts of consumers that somebody looks at are noted, the latest of each record", () => {
  const { notes } = scene();
  notes.note(request(1), done, 5);
  notes.watch("1");

  notes.note(request(2), done, 5);
  notes.note(request(2, "1", 2), { kind: "filtered", rule: "not-ours" }, 7);
  notes.note(request(2, "2"), done, 9);

  expect(notes.of("1", place(1))).toBeNull();
  expect(notes.of("1", place(2))).toEqual({ attempt: 2, durationMs: 7, rule: "not-ours" });
  expect(notes.of("2", place(2))).toBeNull();
});

test("a minute after the last look nothing is noted any more", () => {
  const { clock, notes } = scene();
  notes.watch("1");
  clock.ms = 60_001;

  notes.note(request(1), done, 5);

  expect(notes.of("1", place(1))).toBeNull();
  expect(notes.isWatching).toBe(false);
});

test("no more is kept than the limits, of consumers and of attempts", () => {
  const { notes } = scene();
  for (let id = 0; id <= 64; id += 1) notes.watch(String(id));
  for (let offset = 0; offset <= 5_000; offset += 1) notes.note(request(offset, "64"), done, 1);
  notes.note(request(1, "0"), done, 1);

  expect(notes.of("0", place(1))).toBeNull();
  expect(notes.of("64", place(0))).toBeNull();
  expect(notes.of("64", place(1))).not.toBeNull();
});

test("a plugin host's attempts are handed on as they are, and timed only while somebody looks", async () => {
  const { notes } = scene();
  const asked: AttemptRequest[] = [];
  const answers = Promise.resolve(done);
  const cell = {
    release: "empi@1.0.0",
    attempt: (one: AttemptRequest) => {
      asked.push(one);
      return answers;
    },
  } as unknown as Cell;
  const plugins = {
    acquire: async () => ({ cell, release: async () => undefined }),
  } as unknown as PluginHost;
  const lease = await notingPlugins(plugins, notes).acquire({} as ResolvedHandler);
  const first = request(1);

  const unwatched = lease.cell.attempt(first);
  notes.watch("1");
  const watched = await lease.cell.attempt(request(2));

  expect(unwatched).toBe(answers);
  expect(asked[0]).toBe(first);
  expect(watched).toBe(done);
  expect(lease.cell.release).toBe("empi@1.0.0");
  expect(notes.of("1", place(1))).toBeNull();
  expect(notes.of("1", place(2))?.attempt).toBe(1);
});
