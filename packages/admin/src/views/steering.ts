import type { ConsumerRow } from "@gluttony/model";

/** Who last said whether a consumer is to run, when and why. */
export interface SteeringView {
  readonly isPaused: boolean;
  readonly until: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: string;
  readonly restarts: string;
}

/** Null where nobody ever started, paused or stopped it. */
export function steeringView({ steering }: Pick<ConsumerRow, "steering">): SteeringView | null {
  if (steering === undefined) return null;
  const { isPaused, until, actor, reason, at, restarts } = steering;
  return {
    isPaused,
    until: until?.toISOString() ?? null,
    actor,
    reason,
    at: at.toISOString(),
    restarts: String(restarts),
  };
}
