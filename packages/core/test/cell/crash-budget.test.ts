import { expect, test } from "vitest";
import { CrashBudget } from "../../src/cell/crash-budget.ts";
import type { Death } from "../../src/cell/death.ts";

const limits = { crashesMax: 3, crashWindowMs: 1_000 };
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

test("the deaths that one poison record caused are charged once together", () => {
  const budget = new CrashBudget(limits);
  const deaths = [0, 10, 20].map(deathAt);
  for (const death of deaths) budget.charge(death);

  budget.chargeOnce(deaths);

  expect(budget.isSpent(20)).toBe(false);
});
