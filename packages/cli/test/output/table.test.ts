import { expect, test } from "vitest";
import { tableLines } from "../../src/output/table.ts";

test("columns are as wide as their widest cell, and Chinese counts twice", () => {
  expect(
    tableLines(
      ["NAME", "N"],
      [
        ["病人", "1"],
        ["ab", "22"],
      ],
    ),
  ).toEqual(["NAME  N", "病人  1", "ab    22"]);
});
