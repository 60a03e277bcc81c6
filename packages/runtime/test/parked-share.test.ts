import { expect, test } from "vitest";
import { ParkedShare } from "../src/parked-share.ts";

function after(parked: number, others: number, percentMax = 90): ParkedShare {
  const share = new ParkedShare(percentMax);
  for (let index = 0; index < others; index += 1) share.note(false);
  for (let index = 0; index < parked; index += 1) share.note(true);
  return share;
}

test("a hundred refused records in a row are one fault and not a hundred", () => {
  expect(after(99, 0).isFull).toBe(false);
  expect(after(100, 0).isFull).toBe(true);
});

test("only the latest records count", () => {
  expect(after(180, 20).isFull).toBe(false);
  expect(after(181, 1_000_000).isFull).toBe(true);
});

test("a limit of 100 percent never blocks", () => {
  expect(after(1_000, 0, 100).isFull).toBe(false);
});
