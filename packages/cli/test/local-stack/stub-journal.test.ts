import { expect, test } from "vitest";
import { StubJournal } from "../../src/local-stack/stub-journal.ts";

const arrival = (subject: string) => ({
  receivedAtMs: 1,
  method: "POST",
  path: "/",
  idempotencyKey: undefined,
  subject,
  version: undefined,
});

test("keeps the newest entries in order and says how many it dropped", () => {
  const journal = new StubJournal(3);

  for (const subject of ["a", "b", "c", "d", "e"]) journal.add(arrival(subject));

  expect(journal.dropped).toBe(2);
  expect(journal.after(0).map((entry) => [entry.number, entry.subject])).toEqual([
    [3, "c"],
    [4, "d"],
    [5, "e"],
  ]);
  expect(journal.after(4)).toHaveLength(1);
});

test("a late answer to a dropped request does not touch the entry that took its place", () => {
  const journal = new StubJournal(2);
  const first = journal.add(arrival("a"));
  journal.add(arrival("b"));
  journal.add(arrival("c"));

  journal.finish(first, { status: 200, code: 0, finishedAtMs: 2 });

  expect(journal.after(0).map((entry) => entry.status)).toEqual([0, 0]);
});
