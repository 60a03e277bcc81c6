import { expect, test } from "vitest";
import { judge, paceOf, quantile, readJournal } from "../ledger.mjs";

const entryBytes = 48;

/** Ten records of two keys in one partition, in order, each answered before the next one arrives. */
function journalOf(change = (entries) => entries) {
  const entries = Array.from({ length: 10 }, (_, offset) => ({
    key: offset % 2,
    version: 1 + Math.floor(offset / 2),
    offset,
    arrivedUs: offset * 100,
    answeredUs: offset * 100 + 50,
    status: 200,
  }));
  return readJournal(bytesOf(change(entries)));
}

function bytesOf(entries) {
  const bytes = Buffer.alloc(entries.length * entryBytes);
  for (const [index, entry] of entries.entries()) {
    const at = index * entryBytes;
    bytes.writeInt32LE(entry.key, at);
    bytes.writeInt32LE(0, at + 4);
    bytes.writeInt32LE(entry.version, at + 8);
    bytes.writeInt32LE(7, at + 12);
    bytes.writeBigInt64LE(BigInt(entry.offset), at + 16);
    bytes.writeBigInt64LE(BigInt(entry.arrivedUs) * 1_000n, at + 24);
    bytes.writeBigInt64LE(BigInt(entry.answeredUs) * 1_000n, at + 32);
    bytes.writeBigInt64LE(BigInt(entry.status), at + 40);
  }
  return bytes;
}

/** Records keep their bytes while their places in time are swapped. */
function swap(entries, one, other) {
  const [a, b] = [entries[one], entries[other]];
  const timesOf = ({ arrivedUs, answeredUs }) => ({ arrivedUs, answeredUs });
  return entries.with(one, { ...b, ...timesOf(a) }).with(other, { ...a, ...timesOf(b) });
}

const innocent = { duplicates: 0, orderViolations: 0, overlaps: 0, staleReplays: 0, losses: 0 };

test("a run without a fault is found without one", () => {
  const entries = journalOf();

  const found = judge(entries, [10]);

  expect(found).toEqual(innocent);
});

test("a record that never came is a loss", () => {
  const entries = journalOf((all) => all.filter(({ offset }) => offset !== 4));

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, losses: 1 });
});

test("a record that was only refused is a loss", () => {
  const entries = journalOf((all) => all.with(9, { ...all[9], status: 503 }));

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, losses: 1 });
});

test("a record beyond the end that must have been delivered is no loss when it is missing", () => {
  const entries = journalOf((all) => all.slice(0, 8));

  const found = judge(entries, [8]);

  expect(found).toEqual(innocent);
});

test("a record that is accepted twice is a duplicate", () => {
  const entries = journalOf((all) => [...all, { ...all[9], arrivedUs: 2_000, answeredUs: 2_050 }]);

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, duplicates: 1 });
});

test("an old record that is accepted again after a later one of its key is a stale replay, too", () => {
  const entries = journalOf((all) => [...all, { ...all[3], arrivedUs: 2_000, answeredUs: 2_050 }]);

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, duplicates: 1, staleReplays: 1 });
});

test("two records of one key that change places are an order violation", () => {
  const entries = journalOf((all) => swap(all, 4, 6));

  const found = judge(entries, [10]);

  expect(found).toMatchObject({ ...innocent, orderViolations: 1 });
  expect(found.examples).toEqual([expect.objectContaining({ key: 0, offset: 4, after: 4 })]);
});

test("records of different keys may change places", () => {
  const entries = journalOf((all) => swap(all, 4, 5));

  const found = judge(entries, [10]);

  expect(found).toEqual(innocent);
});

test("a record that arrives while one of its key is being answered is an overlap", () => {
  const entries = journalOf((all) => all.with(4, { ...all[4], answeredUs: 700 }));

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, overlaps: 1 });
});

test("a record that is never answered keeps its key busy", () => {
  const entries = journalOf((all) => all.with(4, { ...all[4], answeredUs: 0, status: 0 }));

  const found = judge(entries, [10]);

  expect(found).toEqual({ ...innocent, losses: 1, overlaps: 1 });
});

test("the pace is told from the first arrival to the last answer, and the service time from both", () => {
  const entries = journalOf();

  const pace = paceOf(entries);

  expect(pace).toMatchObject({ count: 10, seconds: 0.00095, meanServiceUs: 50, serialSeconds: 0.0005 });
});

test("requests that are no record's are left out", () => {
  const entries = journalOf((all) => [...all, { ...all[0], key: -1 }]);

  expect(entries).toHaveLength(10);
});

test("a quantile of nothing is nothing, and of values one of them", () => {
  const values = [5, 1, 4, 2, 3];

  expect([quantile([], 0.5), quantile(values, 0.5), quantile(values, 1)]).toEqual([null, 3, 5]);
});
