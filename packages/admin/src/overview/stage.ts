import { type Cause, type ObservedStateName, observedStates } from "@gluttony/model";
import { worstFirst } from "../views/merged-state.ts";

/** States of a part of the chain. A connector can be paused by a person, too. */
export type StageState = ObservedStateName | "paused";
export const stageStates: readonly StageState[] = [...new Set<StageState>([...observedStates, "paused"])];

/** How one part of the chain is, why, since when, and what to do. */
export interface Stage {
  readonly state: StageState;
  /** Null when nobody recorded it. */
  readonly since: string | null;
  readonly cause: Cause | null;
  /** The next thing to do; null when there is nothing. */
  readonly next: string | null;
}

/** A stage from its state; the next thing to do is what its cause says. Pure. */
export function stageOf(state: StageState, cause: Cause | null, since: Date | string | null): Stage {
  const at = since instanceof Date ? since.toISOString() : since;
  return { state, since: at, cause, next: cause?.remedy ?? null };
}

/** Where a state stands among others: the smaller, the worse. What is paused is as well as what is stopped. Pure. */
export function gravityOf(state: StageState): number {
  const place = worstFirst.findIndex((one) => one === state);
  return place === -1 ? worstFirst.length : place;
}

/** Whether a person or time has to do something about it. Pure. */
export function needsAttention(state: StageState): boolean {
  return gravityOf(state) <= gravityOf("unknown");
}
