import { expect, test } from "vitest";
import { MemoryWatch } from "../../src/cell/memory-watch.ts";

const mebibyte = 1024 * 1024;
const watch = () => new MemoryWatch(100, { memoryOverheadBytes: 100 * mebibyte });

test("says once that a process is worn, when most of the room above its first size is used up", () => {
  const memory = watch();

  const verdicts = [50, 139, 141, 180].map((seen) => memory.judge(seen * mebibyte).is);

  expect(verdicts).toEqual(["fine", "fine", "worn", "fine"]);
});

test("a plugin that is large from the start is not worn by that", () => {
  const memory = watch();

  expect([180, 185, 199].map((seen) => memory.judge(seen * mebibyte).is)).toEqual(["fine", "fine", "worn"]);
});

test("above the limit it is over, with the numbers", () => {
  const verdict = watch().judge(201 * mebibyte);

  expect(verdict).toEqual({
    is: "over",
    detail: `Resident memory is ${201 * mebibyte} bytes, the limit is ${200 * mebibyte}.`,
  });
});
