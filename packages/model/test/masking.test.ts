import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isShown, type MaskingPattern } from "../src/masking.ts";

const patient = { database: "his", schema: "public", table: "patient" };
const rule = (effect: "show" | "mask", tables: string, columns: string): MaskingPattern => ({
  effect,
  tables,
  columns,
});

test("without a rule nothing is shown", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (table, column) => {
      expect(isShown([], { database: "his", schema: "public", table }, column)).toBe(false);
    }),
  );
});

test.each([
  ["public.patient", "status", true],
  ["public.*", "status", true],
  ["*", "*", true],
  ["*.patient", "st*us", true],
  ["p*c.p*t", "*s", true],
  ["public.patients", "status", false],
  ["patient", "status", false],
  ["his.public.patient", "status", false],
  ["Public.patient", "status", false],
  ["public.patient", "Status", false],
  ["public.patient", "status*s", false],
  ["public.patient", "stat?s", false],
])("a rule for %s and %s shows the status of a patient: %s", (tables, columns, isSo) => {
  expect(isShown([rule("show", tables, columns)], patient, "status")).toBe(isSo);
});

describe("a rule that masks", () => {
  const all = rule("show", "*", "*");

  test.each(["patient", "public.patient", "his.public.patient", "PUBLIC.PATIENT", "*"])(
    "wins for the table written as %s, wherever it stands",
    (tables) => {
      const masks = rule("mask", tables, "Phone*");

      expect(isShown([all, masks], patient, "phone_home")).toBe(false);
      expect(isShown([masks, all], patient, "phone_home")).toBe(false);
      expect(isShown([masks, all], patient, "status")).toBe(true);
    },
  );
});

test("of a table that the record does not name nothing is shown", () => {
  expect(isShown([rule("show", "*", "*")], { ...patient, table: "" }, "status")).toBe(false);
});

test("a table without a schema is named by its database", () => {
  const table = { database: "lab", schema: null, table: "result" };

  expect(isShown([rule("show", "lab.result", "code")], table, "code")).toBe(true);
});

test("a pattern of many stars is judged in time that grows with its length", () => {
  const pattern = "a*".repeat(100);

  const startedMs = performance.now();
  isShown([rule("show", pattern, pattern)], { ...patient, table: "a".repeat(10_000) }, "b");

  expect(performance.now() - startedMs).toBeLessThan(1_000);
});
