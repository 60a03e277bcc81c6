import {
  type ConsumerRow,
  type ObservedState,
  type Operation,
  steeringVerbs,
  type WantedRun,
} from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";
import { hostStateOf } from "../views/host-state.ts";
import { judgeRun } from "./judge-run.ts";

/** What it takes to see whether an operation has ended. */
export type SettleCollaborators = Pick<AdminCollaborators, "consumers" | "observations" | "operations">;

const kindsOfRuns: ReadonlySet<string> = new Set(steeringVerbs.map((verb) => `consumer.${verb}`));

/** What an operation on a consumer as a whole waits for; null for one of another kind. */
export function wantedRunOf({ kind, wanted }: Operation): WantedRun | null {
  // Written by the store of such operations alone.
  return kindsOfRuns.has(kind) ? (wanted as WantedRun) : null;
}

/**
 * The operation as it is now. Nobody runs one that waits for a consumer: whoever looks compares what is asked with what
 * is seen, and keeps an ending, so that it is the same after any restart.
 */
export async function settled(operation: Operation, collaborators: SettleCollaborators): Promise<Operation> {
  if (!isAwaited(operation)) return operation;
  const { consumers, observations } = collaborators;
  const { id } = operation.subject;
  const found = await consumers.get(id);
  // Another consumer may have the id as its name.
  const row = found?.id === id ? found : null;
  const seen = row === null ? [] : await observations.readStates(id);
  return endedAs(operation, { row, seen }, collaborators);
}

/** The same for a list, with two reads for all of it. */
export async function allSettled(
  all: readonly Operation[],
  collaborators: SettleCollaborators,
): Promise<readonly Operation[]> {
  if (!all.some(isAwaited)) return all;
  const { consumers, observations } = collaborators;
  const [rows, states] = await Promise.all([consumers.list(), observations.readStates()]);
  return Promise.all(
    all.map((operation) => {
      const { id } = operation.subject;
      const row = rows.find((one) => one.id === id) ?? null;
      const seen = row === null ? [] : states.filter(({ consumerId }) => consumerId === id);
      return endedAs(operation, { row, seen }, collaborators);
    }),
  );
}

function isAwaited(operation: Operation): boolean {
  return operation.state === "running" && wantedRunOf(operation) !== null;
}

async function endedAs(
  operation: Operation,
  { row, seen }: { readonly row: ConsumerRow | null; readonly seen: readonly ObservedState[] },
  { operations }: SettleCollaborators,
): Promise<Operation> {
  const wanted = wantedRunOf(operation);
  if (operation.state !== "running" || wanted === null) return operation;
  const ending = judgeRun(operation, wanted, { row, hosts: seen.map(hostStateOf), nowMs: Date.now() });
  if (ending === null) return operation;
  return (await operations.end(operation.id, ending)) ?? operation;
}
