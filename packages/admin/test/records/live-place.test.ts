import { expect, test } from "vitest";
import { placeAtEnd, readLivePlace, writeLivePlace } from "../../src/records/live-place.ts";

test("a place is read as it was written, also with offsets that no number holds", () => {
  const next = new Map([
    [0, 0n],
    [35, 9_223_372_036_854_775_807n],
    [999_999, 36n],
  ]);

  const text = writeLivePlace({ topicId: "w2Ow_Z-1Sx", next });

  expect(text).toMatch(/^[\w.-]+$/);
  expect(readLivePlace(text ?? "")).toEqual({ topicId: "w2Ow_Z-1Sx", next });
});

test("the place at the end names every partition", () => {
  const partitions = new Map([[0, { start: 3n, end: 7n }]]);

  expect(placeAtEnd({ topicId: "t", partitions }).next).toEqual(new Map([[0, 7n]]));
});

test.each(["", "t", "t.", "t.0", "t.0-", "t.0-x!", "t.0-1\nid: 2", ".0-1", `t.${"9".repeat(6)}-1`])(
  "%j is no place",
  (text) => {
    expect(readLivePlace(text)).toBeNull();
  },
);

test("a topic of too many partitions has no place", () => {
  const next = new Map(Array.from({ length: 501 }, (_, partition) => [partition, 0n] as const));

  expect(writeLivePlace({ topicId: "t", next })).toBeNull();
});
