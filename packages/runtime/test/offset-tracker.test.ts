import type { Ending } from "@gluttony/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEndedAbove, encodeEndedAbove } from "../src/ended-above.ts";
import { OffsetTracker } from "../src/offset-tracker.ts";

const done: Ending = { kind: "done" };

test("the mark stays at the first offset that has not ended", () => {
  const tracker = new OffsetTracker(10n);
  for (const offset of [10n, 11n, 12n]) tracker.begin(offset);

  tracker.finish(12n, done);
  tracker.finish(11n, done);

  expect(tracker.mark).toBe(10n);
  tracker.finish(10n, done);
  expect(tracker.mark).toBe(13n);
});

test("offsets left out between records are holes", () => {
  const tracker = new OffsetTracker(0n);
  tracker.begin(3n);
  tracker.finish(3n, done);
  tracker.endHolesUpTo(6n);

  const advance = tracker.unsavedAdvance();

  expect(advance).toMatchObject({ from: 0n, to: 6n, endings: { done: 1, hole: 5 } });
});

test("ending an offset twice counts once", () => {
  const tracker = new OffsetTracker(0n);
  tracker.begin(0n);
  tracker.begin(1n);
  tracker.finish(1n, done);
  tracker.finish(1n, { kind: "skipped", by: "somebody" });
  tracker.finish(0n, done);
  tracker.finish(0n, done);

  expect(tracker.unsavedAdvance()?.endings).toEqual({ done: 2, filtered: 0, skipped: 0, parked: 0, hole: 0 });
});

test("what ends while an advance is being saved is saved with the next one", () => {
  const tracker = new OffsetTracker(0n);
  tracker.begin(0n);
  tracker.begin(1n);
  tracker.finish(0n, done);
  const first = tracker.unsavedAdvance();
  tracker.finish(1n, { kind: "filtered", rule: "tombstone" });
  if (first !== null) tracker.saved(first);

  const second = tracker.unsavedAdvance();

  expect(second).toMatchObject({ from: 1n, to: 2n, endings: { done: 0, filtered: 1 } });
  expect([...(second?.filteredByRule ?? [])]).toEqual([["tombstone", 1]]);
});

test("more rules than can be told apart are counted together", () => {
  const tracker = new OffsetTracker(0n);
  for (let offset = 0n; offset < 400n; offset += 1n) {
    tracker.begin(offset);
    tracker.finish(offset, { kind: "filtered", rule: `rule ${offset}` });
  }

  const advance = tracker.unsavedAdvance();

  expect(advance?.endings.filtered).toBe(400);
  expect([...(advance?.filteredByRule.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(400);
  expect(advance?.filteredByRule.size).toBeLessThanOrEqual(201);
});

test("an offset cannot begin behind the last one", () => {
  const tracker = new OffsetTracker(5n);
  tracker.begin(5n);

  expect(() => tracker.begin(5n)).toThrow();
});

const endings: readonly Ending[] = [
  done,
  { kind: "filtered", rule: "a" },
  { kind: "filtered", rule: "b" },
  { kind: "skipped", by: "x" },
  { kind: "parked", attempts: 1, failure: { kind: "record", code: "x", message: "" } },
];

test("in any order the sums equal the way of the mark, and every save adds up", () => {
  const steps = fc.array(
    fc.record({
      gap: fc.integer({ min: 0, max: 3 }),
      rank: fc.integer(),
      ending: fc.constantFrom(...endings),
      saves: fc.boolean(),
    }),
    { minLength: 1, maxLength: 600 },
  );
  fc.assert(
    fc.property(steps, fc.bigInt({ min: 0n, max: 2n ** 62n }), (records, start) => {
      const tracker = new OffsetTracker(start);
      let offset = start;
      const begun = records.map((record) => {
        offset += BigInt(record.gap);
        tracker.begin(offset);
        offset += 1n;
        return { ...record, offset: offset - 1n };
      });
      let accounted = 0;
      const save = (): void => {
        const advance = tracker.unsavedAdvance();
        if (advance === null) return;
        const sum = Object.values(advance.endings).reduce((total, count) => total + count, 0);
        expect(BigInt(sum)).toBe(advance.to - advance.from);
        accounted += sum;
        tracker.saved(advance);
      };
      for (const record of begun.toSorted((a, b) => a.rank - b.rank)) {
        tracker.finish(record.offset, record.ending);
        if (record.saves) save();
      }
      save();
      expect(tracker.mark).toBe(offset);
      expect(BigInt(accounted)).toBe(offset - start);
      expect(tracker.unsaved).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("after a crash what ended above the mark does not run again and is counted once", () => {
  const before = new OffsetTracker(0n);
  for (const offset of [0n, 1n, 2n, 3n, 5n]) before.begin(offset);
  before.finish(1n, done);
  before.finish(3n, { kind: "filtered", rule: "tombstone" });
  before.finish(5n, { kind: "parked", attempts: 1, failure: { kind: "record", code: "x", message: "" } });
  const advance = before.unsavedAdvance();
  const kept = decodeEndedAbove(encodeEndedAbove(before.endedAbove()));

  const after = new OffsetTracker(0n, kept);
  const hasEnded = [0n, 1n, 2n, 3n, 5n].map((offset) => after.begin(offset));
  after.finish(0n, done);
  after.finish(2n, done);

  expect(advance).toMatchObject({ from: 0n, to: 0n });
  expect(hasEnded).toEqual([false, true, false, true, true]);
  expect(after.unsavedAdvance()).toMatchObject({
    from: 0n,
    to: 6n,
    endings: { done: 3, filtered: 1, parked: 1, hole: 1 },
  });
  expect([...(after.unsavedAdvance()?.filteredByRule ?? [])]).toEqual([["tombstone", 1]]);
});

test("what was restored and not read again yet survives the next save", () => {
  const before = new OffsetTracker(0n);
  for (const offset of [0n, 1n, 2n]) before.begin(offset);
  before.finish(2n, done);
  const between = new OffsetTracker(0n, before.endedAbove());
  between.begin(0n);

  const after = new OffsetTracker(0n, between.endedAbove());

  expect([after.begin(0n), after.begin(1n), after.begin(2n)]).toEqual([false, false, true]);
});

test("nothing is to be saved when nothing happened", () => {
  const tracker = new OffsetTracker(0n);
  tracker.begin(0n);
  expect(tracker.unsavedAdvance()).toBeNull();

  tracker.finish(0n, done);
  const advance = tracker.unsavedAdvance();
  if (advance !== null) tracker.saved(advance);

  expect(advance).not.toBeNull();
  expect(tracker.unsavedAdvance()).toBeNull();
});

test("a map that cannot be read counts as nothing", () => {
  for (const bytes of [
    null,
    new Uint8Array(3),
    Buffer.from("g1:abcdefgh"),
    Buffer.from([1, 255, 255, 255, 255, 1]),
  ]) {
    expect(decodeEndedAbove(bytes)).toEqual({ codes: new Uint8Array(0), rules: [] });
  }
});
