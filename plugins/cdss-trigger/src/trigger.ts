import type { Change } from "@gluttony/sdk";
import { columnText } from "@gluttony/sdk/targets";
import type { CdssConfig } from "./config.ts";

/** What a change of a visit sets off, or the rule by which it sets off nothing. */
export type Trigger = { readonly trigger: "admit" | "discharge" } | { readonly filtered: string };

const nothing: Trigger = { filtered: "cdss.no_trigger" };

/**
 * Decides whether a visit begins or ends by this change. A snapshot tells of the past, on which no advice is
 * wanted. Whether a discharge is new can be said only with the old row; without it the change is counted under a
 * name of its own, since firing on every later update would be worse than not firing.
 */
export function triggerOf(change: Change, config: CdssConfig): Trigger {
  const { columns, inpatientType } = config;
  switch (change.operation) {
    case "snapshot":
      return { filtered: "cdss.snapshot" };
    case "insert":
      return columnText(change.after ?? {}, columns.visitType) === inpatientType
        ? { trigger: "admit" }
        : nothing;
    case "update":
    case "upsert":
      return dischargeOf(change, columns.dischargeTime);
    case "delete":
    case "truncate":
      return nothing;
  }
}

function dischargeOf(change: Change, column: string): Trigger {
  const after = change.after?.[column];
  if (after === undefined || after === null) return nothing;
  const before = change.before?.[column];
  if (before === undefined) return { filtered: "cdss.before_unknown" };
  return before === null ? { trigger: "discharge" } : nothing;
}
