import type { ListedConnector } from "../client/parse-answers.ts";
import type { ConnectorPolicy } from "../policy/connector-policy.ts";
import type { RegisteredConnector } from "../ports.ts";
import type { CodedFault } from "./coded-fault.ts";
import type { PlanEffect } from "./connector-plan.ts";
import type { OptionChange } from "./diff-config.ts";

/** Everything that a plan rests on, read at one time. */
export interface PlanGround {
  readonly entries: readonly RegisteredConnector[];
  readonly listed: readonly ListedConnector[];
  /** Ids of every row of `cdc.consumer`. */
  readonly consumerIds: ReadonlySet<string>;
  readonly policy: ConnectorPolicy;
}

/** A plan before it is validated by a worker and signed. */
export interface PlanDraft {
  readonly connector: string;
  readonly isNew: boolean;
  /** The whole configuration to write, in clear; null when none is written. */
  readonly config: { readonly [option: string]: string } | null;
  readonly changes: readonly OptionChange[];
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
  readonly effects: readonly PlanEffect[];
}

/** What the worker has under a name. Pure. */
export function runningOf({ listed }: PlanGround, name: string): ListedConnector | null {
  return listed.find((one) => one.name === name) ?? null;
}

/** What we remember under a name. Pure. */
export function entryOf({ entries }: PlanGround, name: string): RegisteredConnector | null {
  return entries.find((one) => one.name === name) ?? null;
}

/** Rows that use a connector and still exist. Pure. */
export function usersOf({ consumerIds }: PlanGround, entry: RegisteredConnector | null): readonly string[] {
  return (entry?.consumerIds ?? []).filter((id) => consumerIds.has(id));
}
