import { expect, test } from "vitest";
import { FetchStall } from "../src/fetch-stall.ts";

const at = (partition: number, next: number, logEnd: number) => ({
  partition,
  mark: "0",
  next: String(next),
  logEnd: String(logEnd),
  lagRecords: "0",
  inFlight: 0,
});

test("a partition with records that are not fetched is named, also beside one that is busy", () => {
  const stall = new FetchStall();
  let places: string | null = null;
  for (let second = 0; second <= 6; second += 1)
    places = stall.note([at(0, 5, 9), at(1, second * 10, 1_000)], second * 1_000);

  expect(places).toBe("0:5");
});

test("nothing is said of what was read to its end, or has only just stopped", () => {
  const stall = new FetchStall();

  const said = [0, 1_000, 4_000].map((nowMs) => stall.note([at(0, 5, 9), at(1, 9, 9)], nowMs));

  expect(said).toEqual([null, null, null]);
  expect(stall.note([at(1, 9, 9)], 60_000)).toBeNull();
});

test("reading on ends it", () => {
  const stall = new FetchStall();
  stall.note([at(0, 5, 9)], 0);
  expect(stall.note([at(0, 5, 9)], 10_000)).toBe("0:5");

  expect(stall.note([at(0, 6, 9)], 11_000)).toBeNull();
});
