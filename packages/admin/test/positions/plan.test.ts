import fc from "fast-check";
import { expect, test } from "vitest";
import {
  planHash,
  planPositions,
  type PositionTarget,
  type SeenPositions,
} from "../../src/positions/plan.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const bounds = new Map([
  [0, { start: 100n, end: 200n }],
  [1, { start: 0n, end: 50n }],
]);
const seen: SeenPositions = {
  consumerId: "7",
  revision: 3n,
  topic: "persons",
  topicId: "T1",
  bounds,
  marks: new Map([
    [0, 150n],
    [1, 50n],
  ]),
  atTime: new Map([
    [0, 120n],
    [1, null],
  ]),
  atSnapshot: new Map([[0, 90n]]),
};

function moves(target: PositionTarget, only: readonly number[] | null = null): readonly string[] {
  return planPositions({ target: target, partitions: only }, seen, now).partitions.map(
    ({ partition, from, to, rereads, skips }) =>
      `${partition}: ${from}→${to} rereads ${rereads} skips ${skips}`,
  );
}

test.each<[PositionTarget, readonly string[]]>([
  [{ kind: "earliest" }, ["0: 150→100 rereads 50 skips 0", "1: 50→0 rereads 50 skips 0"]],
  [{ kind: "latest" }, ["0: 150→200 rereads 0 skips 50"]],
  [{ kind: "time", time: "2025-12-31T00:00:00Z" }, ["0: 150→120 rereads 30 skips 0"]],
  [{ kind: "shift", by: "-10" }, ["0: 150→140 rereads 10 skips 0", "1: 50→40 rereads 10 skips 0"]],
  [{ kind: "shift", by: "5" }, ["0: 150→155 rereads 0 skips 5"]],
  [{ kind: "offsets", offsets: { "1": "7" } }, ["1: 50→7 rereads 43 skips 0"]],
  [{ kind: "snapshot", id: "1" }, ["0: 150→100 rereads 50 skips 0"]],
])("%j", (target, expected) => {
  expect(moves(target)).toEqual(expected);
});

test("only the partitions that are named move", () => {
  expect(moves({ kind: "earliest" }, [1])).toEqual(["1: 50→0 rereads 50 skips 0"]);
});

test("what the log no longer has, or has not yet, is cut and said", () => {
  const back = planPositions({ target: { kind: "shift", by: "-1000" }, partitions: [0] }, seen, now);
  const on = planPositions({ target: { kind: "shift", by: "1000" }, partitions: [0] }, seen, now);

  expect(back.warnings).toEqual([
    { partition: 0, message: "Offset -850 is no longer in the log; it begins at 100." },
  ]);
  expect(on.warnings).toEqual([
    { partition: 0, message: "Offset 1150 is not there yet; the log ends at 200." },
  ]);
});

test("an offset that a person names must be in the log, and a partition must exist", () => {
  const outside = () =>
    planPositions({ target: { kind: "offsets", offsets: { "0": "99" } }, partitions: null }, seen, now);
  const missing = () =>
    planPositions({ target: { kind: "offsets", offsets: { "9": "1" } }, partitions: null }, seen, now);

  expect(outside).toThrow(expect.objectContaining({ code: "position.invalid" }));
  expect(missing).toThrow(
    expect.objectContaining({ faults: [expect.objectContaining({ path: "/to/offsets/9" })] }),
  );
});

test("where nothing would move the plan says so", () => {
  const plan = planPositions({ target: { kind: "shift", by: "0" }, partitions: null }, seen, now);

  expect(plan.partitions).toEqual([]);
  expect(plan.warnings).toEqual([{ partition: null, message: "Nothing would move." }]);
});

test("a partition of which nothing was read rereads nothing", () => {
  const fresh = { ...seen, marks: new Map<number, bigint>() };

  const [first] = planPositions(
    { target: { kind: "shift", by: "30" }, partitions: [0] },
    fresh,
    now,
  ).partitions;

  expect(first).toMatchObject({ from: null, to: "130", rereads: "0", skips: "30" });
});

test("the hash covers whom, on what revision, in which topic, from where, to where, and until when", () => {
  const plan = planPositions({ target: { kind: "earliest" }, partitions: null }, seen, now);
  const [first, ...rest] = plan.partitions;
  const others = [
    { ...plan, consumerId: "8" },
    { ...plan, revision: "4" },
    { ...plan, topicId: "T2" },
    { ...plan, expiresAt: "2030-01-01T00:00:00.000Z" },
    { ...plan, partitions: rest },
    { ...plan, partitions: first === undefined ? [] : [{ ...first, to: "101" }, ...rest] },
  ];

  expect(planHash(plan)).toBe(plan.hash);
  for (const other of others) expect(planHash(other)).not.toBe(plan.hash);
});

test("whatever is asked, every partition stays within its log and the counts are its way", () => {
  const target = fc.oneof(
    fc.bigInt({ min: -400n, max: 400n }).map((by): PositionTarget => ({ kind: "shift", by: String(by) })),
    fc.constantFrom<PositionTarget>({ kind: "earliest" }, { kind: "latest" }, { kind: "snapshot", id: "1" }),
  );
  fc.assert(
    fc.property(target, fc.bigInt({ min: 0n, max: 300n }), (wanted, mark) => {
      const at = { ...seen, marks: new Map([[0, mark]]) };
      for (const one of planPositions({ target: wanted, partitions: [0] }, at, now).partitions) {
        expect(BigInt(one.to) >= 100n && BigInt(one.to) <= 200n).toBe(true);
        expect(BigInt(one.skips) - BigInt(one.rereads)).toBe(BigInt(one.to) - mark);
      }
    }),
  );
});
