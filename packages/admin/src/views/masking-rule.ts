import type { MaskingRule } from "@gluttony/model";

/** A rule as it is shown. */
export function maskingRuleView(rule: MaskingRule): { readonly [field: string]: string } {
  const { name, tables, columns, effect, reason, changedBy, changedAt, revision } = rule;
  const written = { name, tables, columns, effect, reason, changedBy };
  return { ...written, changedAt: changedAt.toISOString(), revision: String(revision) };
}
