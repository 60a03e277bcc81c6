import { describe, expect, test } from "vitest";
import { readMigrations } from "../src/migration-files.ts";
import { planMigration } from "../src/plan-migration.ts";

const file = (number: number): { number: number; name: string; sha256: string; sql: string } => ({
  number,
  name: `000${number}-x`,
  sha256: `hash ${number}`,
  sql: "",
});
const applied = (number: number): { number: number; name: string; sha256: string; appliedAt: Date } => ({
  number,
  name: `000${number}-x`,
  sha256: `hash ${number}`,
  appliedAt: new Date(0),
});

describe("planning a migration", () => {
  test("an empty database gets every file in order", () => {
    const steps = planMigration([file(1), file(2)], []);

    expect(steps).toEqual([
      { number: 1, name: "0001-x" },
      { number: 2, name: "0002-x" },
    ]);
  });

  test("what ran already does not run again", () => {
    const steps = planMigration([file(1), file(2)], [applied(1)]);

    expect(steps).toEqual([{ number: 2, name: "0002-x" }]);
  });

  test("a number that no file has means a newer database", () => {
    const plan = (): unknown => planMigration([file(1)], [applied(1), applied(2)]);

    expect(plan).toThrow(expect.objectContaining({ code: "database.newer_schema" }));
  });

  test("another hash under the same number is refused", () => {
    const plan = (): unknown => planMigration([{ ...file(1), sha256: "other" }], [applied(1)]);

    expect(plan).toThrow(expect.objectContaining({ code: "database.migration_changed" }));
  });

  test("the files that are shipped are numbered from one without a gap", async () => {
    const files = await readMigrations();

    expect(files.map((one) => one.number)).toEqual(files.map((_, index) => index + 1));
    expect(files.every((one) => /^[0-9a-f]{64}$/.test(one.sha256) && one.sql.length > 0)).toBe(true);
  });
});
