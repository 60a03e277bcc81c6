import type { CodedFault } from "./coded-fault.ts";
import type { PlanEffect } from "./connector-plan.ts";
import { type PlanDraft, type PlanGround, entryOf, runningOf, usersOf } from "./plan-ground.ts";

interface Removal {
  readonly connector: string;
  readonly slot: boolean;
  readonly publication: boolean;
}

/**
 * What taking a connector away would do. One that a row uses is never deleted; its slot and publication go only when that is asked
 * for, and can go only when we know how to reach the source. Pure.
 */
export function draftRemove(removal: Removal, ground: PlanGround): PlanDraft {
  const entry = entryOf(ground, removal.connector);
  const isThere = runningOf(ground, removal.connector) !== null;
  return {
    connector: removal.connector,
    isNew: false,
    config: null,
    changes: [],
    refusals: refusalsOf(removal, ground),
    warnings: entry === null ? [] : warningsOf(removal, entry.slot),
    effects: [...(isThere ? (["deletes_connector"] as const) : []), "keeps_offsets", ...leftOf(removal)],
  };
}

function refusalsOf(removal: Removal, ground: PlanGround): readonly CodedFault[] {
  const entry = entryOf(ground, removal.connector);
  if (entry === null) {
    const message = "Only connectors in our care are removed.";
    return [{ code: "connect.not_ours", path: "connector", message, suggestion: "Adopt it first." }];
  }
  const refusals: CodedFault[] = [];
  const users = usersOf(ground, entry);
  if (users.length > 0)
    refusals.push({
      code: "connect.connector_in_use",
      path: "connector",
      message: `Consumers use it: ${users.join(", ")}.`,
      suggestion: "Delete the consumers, or have them read another topic, first.",
    });
  for (const part of ["slot", "publication"] as const) {
    if (!removal[part] || (entry.connString !== null && entry[part] !== null)) continue;
    const message = "It is not known how to reach it in the source.";
    refusals.push({
      code: "connect.source_unknown",
      path: part,
      message,
      suggestion: "Drop it in the source yourself.",
    });
  }
  return refusals;
}

function warningsOf(removal: Removal, slot: string | null): readonly CodedFault[] {
  if (removal.slot || slot === null) return [];
  const message = "A slot that stays makes the source keep its log for ever.";
  return [{ code: "connect.plan_warning", path: "slot", message, suggestion: "Drop the slot, too." }];
}

function leftOf({ slot, publication }: Removal): readonly PlanEffect[] {
  return [slot ? "drops_slot" : "keeps_slot", publication ? "drops_publication" : "keeps_publication"];
}
