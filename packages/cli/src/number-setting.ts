import type { Fault } from "@gluttony/model";

/** What a whole number from the environment may be; the least is 1. */
export interface NumberRule {
  readonly path: string;
  readonly unit: string;
  readonly max: number;
  readonly default: number;
}

/** Reads one number, or its default with a fault beside it. */
export function numberOf(written: string | null, rule: NumberRule, faults: Fault[]): number {
  if (written === null) return rule.default;
  const number = Number(written);
  if (/^\d+$/.test(written) && number >= 1 && number <= rule.max) return number;
  const message = `Must be ${rule.unit}, a whole number from 1 to ${rule.max}.`;
  faults.push({ path: rule.path, message, suggestion: String(rule.default) });
  return rule.default;
}
