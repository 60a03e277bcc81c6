import type { PlannedConnector } from "../connector-config.ts";
import { diffConfig } from "./diff-config.ts";
import { type PlanDraft, type PlanGround, runningOf } from "./plan-ground.ts";

/** What making a connector exactly what its row wants would do, drift included. Pure. */
export function draftFollow({ name, config }: PlannedConnector, ground: PlanGround): PlanDraft {
  const running = runningOf(ground, name);
  const changes = diffConfig(running?.config ?? {}, config);
  const isNew = running === null;
  return {
    connector: name,
    isNew,
    config,
    changes,
    refusals: [],
    warnings: [],
    effects: isNew
      ? ["creates_connector", "takes_snapshot", "registers"]
      : changes.length === 0
        ? []
        : ["restarts_tasks"],
  };
}
