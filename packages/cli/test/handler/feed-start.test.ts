import { expect, test } from "vitest";
import { parseFeedStart, startsOf } from "../../src/handler/feed-start.ts";

const bounds = new Map([
  [0, { start: 3n, end: 9n }],
  [1, { start: 0n, end: 0n }],
]);
const knowledge = { topic: "t", bounds, fromTime: new Map([[0, 5n]]) };

test.each([
  ["earliest", { at: "earliest" }],
  ["latest", { at: "latest" }],
  ["9007199254740993", { at: "offset", offset: 9_007_199_254_740_993n }],
  ["2026-05-01T08:00:00+02:00", { at: "time", ms: Date.UTC(2026, 4, 1, 6) }],
])("%s is understood", (text, start) => {
  expect(parseFeedStart(text)).toEqual(start);
});

test.each(["", "newest", "-1", "1.5", "2026-05-01", "2026-99-99T00:00:00Z", "1e3", "12345678901234567890"])(
  "%j is refused with what may be written",
  (text) => {
    expect(() => parseFeedStart(text)).toThrow(
      expect.objectContaining({
        code: "request.invalid",
        faults: [expect.objectContaining({ path: "--from" })],
      }),
    );
  },
);

test("a topic is read from either end, or from a time, in every partition", () => {
  const starts = (text: string) => Object.fromEntries(startsOf(parseFeedStart(text), knowledge));

  expect(starts("earliest")).toEqual({ 0: 3n, 1: 0n });
  expect(starts("latest")).toEqual({ 0: 9n, 1: 0n });
  // Where every record is older there is nothing yet.
  expect(starts("2026-05-01T08:00:00Z")).toEqual({ 0: 5n, 1: 0n });
});

test("an offset is of one partition, and lies in its log or at the end of it", () => {
  const only = { ...knowledge, bounds: new Map([[0, { start: 3n, end: 9n }]]) };
  const starts = (text: string) => [...startsOf(parseFeedStart(text), only)];

  expect([starts("3"), starts("9")]).toEqual([[[0, 3n]], [[0, 9n]]]);
  for (const outside of ["2", "10"])
    expect(() => starts(outside)).toThrow(
      expect.objectContaining({
        code: "kafka.offset_out_of_range",
        facts: { topic: "t", partition: 0, position: outside, logStart: "3", logEnd: "9" },
      }),
    );
  expect(() => startsOf(parseFeedStart("5"), knowledge)).toThrow(
    expect.objectContaining({
      code: "request.invalid",
      faults: [expect.objectContaining({ path: "--partition" })],
    }),
  );
});
