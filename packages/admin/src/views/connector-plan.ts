import type { ConnectorPlan, OffsetPlan, OptionChange } from "../connector-ports.ts";
import { shownFault } from "../connectors/told-faults.ts";

/** What a plan would do, and the hash by which it is applied. */
export function connectorPlanView(plan: ConnectorPlan): object {
  return {
    do: plan.do,
    connector: plan.connector,
    isNew: plan.isNew,
    changes: plan.changes.map(changeView),
    refusals: plan.refusals.map(shownFault),
    warnings: plan.warnings.map(shownFault),
    effects: plan.effects,
    hash: plan.hash,
    expiresAt: plan.expiresAt.toISOString(),
  };
}

export function offsetPlanView(plan: OffsetPlan): object {
  return {
    do: plan.do,
    connector: plan.connector,
    before: plan.before,
    after: plan.after,
    refusals: plan.refusals.map(shownFault),
    warnings: plan.warnings.map(shownFault),
    hash: plan.hash,
    expiresAt: plan.expiresAt.toISOString(),
  };
}

function changeView({ option, before, after, isSecret }: OptionChange): object {
  return { option, before, after, isSecret };
}
