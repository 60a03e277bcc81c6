import { type Operation, steeringVerbs, type WantedRun } from "@gluttony/model";
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
  const wanted = wantedRunOf(operation);
  if (operation.state !== "running" || wanted === null) return operation;
  const { consumers, observations, operations } = collaborators;
  const { id } = operation.subject;
  const found = await consumers.get(id);
  // Another consumer may have the id as its name.
  const row = found?.id === id ? found : null;
  const seen = row === null ? [] : await observations.readStates(id);
  const ending = judgeRun(operation, wanted, { row, hosts: seen.map(hostStateOf), nowMs: Date.now() });
  if (ending === null) return operation;
  return (await operations.end(operation.id, ending)) ?? operation;
}
