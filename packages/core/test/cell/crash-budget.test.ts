import { expect, test } from "vitest";
import { CrashBudget } from "../../src/cell/crash-budget.ts";
import type { Death } from "../../src/cell/death.ts";

const limits = { crashesMax: 3, guiltyRecordsMax: 4, crashWindowMs: 1_000 };
const deathAt = (at: number): Death => ({ code: "plugin.crashed", detail: "", at, outstanding: 0 });

test("the budget is spent by so many deaths in the window, and old ones are forgotten", () => {
  const budget = new CrashBudget(limits);

  for (const at of [0, 10, 20]) budget.charge(deathAt(at));

  expect(budget.isSpent(20)).toBe(true);
  expect(budget.isSpent(1_001)).toBe(false);
});

test("a death that several attempts report is charged once", () => {
  const budget = new CrashBudget(limits);
  const death = deathAt(0);

  for (let report = 0; report < 5; report += 1) budget.charge(death);

  expect(budget.isSpent(0)).toBe(false);
});

test("the deaths that one poison record caused are the record's, whoever reports them later", () => {
  const budget = new CrashBudget(limits);
  const deaths = [0, 10, 20].map(deathAt);
  for (const death of deaths) budget.charge(death);

  budget.blameRecord(deaths, 20);
  for (const death of deaths) budget.charge(death);

  expect(budget.isSpent(20)).toBe(false);
});

test("deaths without a culprit count beside those with one", () => {
  const budget = new CrashBudget(limits);
  const mine = deathAt(0);
  for (const death of [mine, deathAt(1), deathAt(2)]) budget.charge(death);
  expect(budget.isSpent(2)).toBe(true);

  budget.blameRecord([mine], 2);
  expect(budget.isSpent(2)).toBe(false);

  budget.charge(deathAt(3));
  expect(budget.isSpent(3)).toBe(true);
});

test("more guilty records in the window than are plausible spend the budget, too", () => {
  const budget = new CrashBudget(limits);

  for (let record = 0; record < 4; record += 1) budget.blameRecord([deathAt(record)], record);
  expect(budget.isSpent(4)).toBe(false);

  budget.blameRecord([deathAt(4)], 4);
  expect(budget.isSpent(4)).toBe(true);
  expect(budget.isSpent(1_005)).toBe(false);
});
