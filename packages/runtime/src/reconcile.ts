import type { ConsumerRow } from "@gluttony/model";
import { differsInHandlerOnly } from "./handler-change.ts";

/** What a host has of one consumer. */
export interface Held {
  readonly id: string;
  readonly revision: bigint;
  /** The row as it is held; left out when nothing of it may be kept. */
  readonly row?: ConsumerRow;
}

/** What to do so that what is held comes to what is desired. */
export type Action =
  | { readonly do: "start"; readonly row: ConsumerRow }
  | { readonly do: "replace"; readonly row: ConsumerRow }
  /** Only the handler or its settings changed: what runs goes on, with another cell. */
  | { readonly do: "follow"; readonly row: ConsumerRow }
  | { readonly do: "stop"; readonly id: string }
  | { readonly do: "forget"; readonly id: string };

/** Compares desired with held. Pure; applying the actions and reconciling again gives none. */
export function reconcile(desired: readonly ConsumerRow[], held: readonly Held[]): readonly Action[] {
  const heldById = new Map(held.map((one) => [one.id, one]));
  const desiredIds = new Set(desired.map((row) => row.id));
  const actions: Action[] = [];
  for (const row of desired) {
    const one = heldById.get(row.id);
    if (one === undefined) {
      if (row.isValid) actions.push({ do: "start", row });
    } else if (!row.isValid) actions.push({ do: "stop", id: row.id });
    else if (row.revision !== one.revision)
      actions.push({ do: isFollowed(one, row) ? "follow" : "replace", row });
  }
  for (const one of held) {
    if (!desiredIds.has(one.id)) actions.push({ do: "forget", id: one.id });
  }
  return actions;
}

function isFollowed({ row: held }: Held, row: ConsumerRow): boolean {
  return held !== undefined && differsInHandlerOnly(held, row);
}
