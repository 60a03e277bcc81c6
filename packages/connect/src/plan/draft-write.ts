import { connectorNameFault } from "../connector-name.ts";
import { checkConnectorConfig } from "../policy/check-connector-config.ts";
import type { CodedFault } from "./coded-fault.ts";
import { diffConfig } from "./diff-config.ts";
import { type FormConfig, mergeForm } from "./form-config.ts";
import { immutableFaults } from "./immutable-options.ts";
import { nameConflicts } from "./name-conflicts.ts";
import { type PlanDraft, type PlanGround, entryOf, runningOf } from "./plan-ground.ts";
import { planWarnings } from "./plan-warnings.ts";

/**
 * What writing a form would do. Of a connector that exists only the options that change are judged by the lists: it may have been
 * adopted with others. A connector that was made for rows is changed through its row. Pure.
 */
export function draftWrite(
  { connector, config: form }: { readonly connector: string; readonly config: FormConfig },
  ground: PlanGround,
): PlanDraft {
  const running = runningOf(ground, connector);
  const before = running?.config ?? null;
  const merged = mergeForm({ ...form, name: connector }, before);
  const changes = diffConfig(before ?? {}, merged.config);
  const changed = new Set(changes.map(({ option }) => `config.${option}`));
  const listFaults = checkConnectorConfig(merged.config, ground.policy).filter(
    ({ path }) => before === null || changed.has(path),
  );
  const nameFault = connectorNameFault(connector, "connector");
  return {
    connector,
    isNew: before === null,
    config: merged.config,
    changes,
    refusals: [
      ...(nameFault === null ? [] : [{ ...nameFault, code: "connect.name_invalid" } as const]),
      ...(before === null ? prefixFaults(connector, ground) : []),
      ...ownershipFaults(connector, ground),
      ...merged.faults,
      ...listFaults,
      ...(before === null ? [] : immutableFaults(changes)),
      ...nameConflicts({ name: connector, config: merged.config }, ground.listed),
    ],
    warnings: planWarnings(merged.config, { changes, isNew: before === null }),
    effects: before === null ? ["creates_connector", "takes_snapshot", "registers"] : ["restarts_tasks"],
  };
}

function prefixFaults(connector: string, { policy }: PlanGround): readonly CodedFault[] {
  const { namePrefixes } = policy;
  if (namePrefixes.length === 0 || namePrefixes.some((prefix) => connector.startsWith(prefix))) return [];
  const message = "Does not begin as the deployer wants names to begin.";
  const suggestion = namePrefixes.map((prefix) => `${prefix}…`).join(", ");
  return [{ code: "connect.name_invalid", path: "connector", message, suggestion }];
}

function ownershipFaults(connector: string, ground: PlanGround): readonly CodedFault[] {
  const entry = entryOf(ground, connector);
  if (entry?.kind === "made") {
    const message = "This connector is made for rows of cdc.consumer and follows them.";
    const suggestion = "Change configuration.connector of the row.";
    return [{ code: "connect.follows_rows", path: "connector", message, suggestion }];
  }
  if (entry === null && runningOf(ground, connector) !== null) {
    const message = "This connector was made by somebody else.";
    return [{ code: "connect.not_ours", path: "connector", message, suggestion: "Adopt it first." }];
  }
  return [];
}
