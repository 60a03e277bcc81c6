import { type ObservedStateName, observedStates, type StateChange } from "@gluttony/model";
import type { Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";

const noteCharactersMax = 500;
const linesMax = 500;
const linesDefault = 100;

/** Adds lines in one statement. */
export async function rememberChanges(queries: Queries, changes: readonly StateChange[]): Promise<void> {
  if (changes.length === 0) return;
  await queries.query(
    `insert into cdc.state_change (consumer_id, host_id, at, state, code, note)
     select consumer_id, host_id, at, state, code, note
     from jsonb_to_recordset($1::jsonb) as s (consumer_id text, host_id text, at timestamptz, state text, code text,
       note text)`,
    [storedJson(changes.map(toStored))],
  );
}

function toStored(change: StateChange): { readonly [column: string]: unknown } {
  return {
    consumer_id: change.consumerId,
    host_id: change.hostId,
    at: change.at.toISOString(),
    state: change.state,
    code: change.code,
    // Postgres refuses U+0000 in a text.
    note: change.note.replaceAll("\u0000", "").slice(0, noteCharactersMax),
  };
}

/** Newest first. */
export async function readHistory(
  queries: Queries,
  consumerId: string,
  limit: number = linesDefault,
): Promise<readonly StateChange[]> {
  const rows = await queries.query<
    Omit<StateChange, "state"> & { readonly state: string; readonly [name: string]: unknown }
  >(
    `select consumer_id as "consumerId", host_id as "hostId", at, state, code, note
     from cdc.state_change where consumer_id = $1 order by id desc limit $2`,
    [consumerId, Math.min(linesMax, Math.max(1, Math.trunc(limit)))],
  );
  return rows.map((row) => ({ ...row, state: stateNameOf(row.state) }));
}

/** A word that a newer host wrote is one that this version cannot explain. */
function stateNameOf(text: string): ObservedStateName {
  return observedStates.find((name) => name === text) ?? "unknown";
}
