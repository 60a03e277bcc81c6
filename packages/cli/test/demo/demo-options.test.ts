import { expect, test } from "vitest";
import { planOf } from "../../src/demo/demo-options.ts";

test("a proof takes a small hospital and repeats its change", () => {
  expect(planOf({ once: true })).toEqual({ hospital: { patients: 200, visits: 400 }, repeats: 50 });
});

test("a demo that stays takes the whole hospital and shows one change", () => {
  expect(planOf({ once: false })).toEqual({ hospital: { patients: 2_000, visits: 8_000 }, repeats: 0 });
});
