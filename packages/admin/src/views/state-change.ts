import type { StateChange } from "@gluttony/model";

/** One line of a history with its time as text. */
export interface StateChangeView extends Omit<StateChange, "at"> {
  readonly at: string;
}

/** Projects field by field. */
export function stateChangeView(change: StateChange): StateChangeView {
  const { consumerId, hostId, at, state, code, note } = change;
  return { consumerId, hostId, at: at.toISOString(), state, code, note };
}
