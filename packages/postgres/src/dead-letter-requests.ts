import { type DeadLetterState, GluttonyError } from "@gluttony/model";
import { idOf } from "./dead-letter-lists.ts";
import type { Pool, Queries } from "./pool.ts";

/** Letters that one request touches at most. */
const requestMax = 1_000;

/** Named letters, or all of a consumer that may be touched. */
export type LetterSelection =
  | { readonly ids: readonly string[] }
  | { readonly consumerId: string; readonly failureCode?: string };

interface LockedLetter {
  readonly id: bigint;
  readonly state: DeadLetterState;
  readonly isEncrypted: boolean;
}

export function requestReplays(pool: Pool, selection: LetterSelection, actor: string): Promise<number> {
  return pool.transaction(async (queries) => {
    const letters = await lockLetters(queries, selection);
    const chosen = "ids" in selection ? requireReplayable(letters) : letters.filter(isReplayable);
    return touch(queries, chosen, {
      actor,
      assignment: "state = 'replaying', replay_requested_at = now(), taken_by = null, taken_at = null",
    });
  });
}

export function discardLetters(pool: Pool, selection: LetterSelection, actor: string): Promise<number> {
  return pool.transaction(async (queries) => {
    const letters = await lockLetters(queries, selection);
    return touch(
      queries,
      letters.filter((letter) => letter.state === "parked"),
      {
        actor,
        assignment: `state = 'discarded', finished_at = now(), is_encrypted = false,
          key_bytes = null, value_bytes = null, headers = null`,
      },
    );
  });
}

/** Locks in the order of ids, so that two requests cannot lock each other out. */
async function lockLetters(queries: Queries, selection: LetterSelection): Promise<readonly LockedLetter[]> {
  if (!("ids" in selection)) {
    return queries.query<LockedLetter & { readonly [name: string]: unknown }>(
      `select id, state, is_encrypted as "isEncrypted" from cdc.dead_letter
       where consumer_id = $1 and state = 'parked' and ($2::text is null or failure_code = $2)
       order by id limit $3 for update`,
      [selection.consumerId, selection.failureCode ?? null, requestMax],
    );
  }
  const ids = parseIds(selection.ids);
  const letters = await queries.query<LockedLetter & { readonly [name: string]: unknown }>(
    `select id, state, is_encrypted as "isEncrypted" from cdc.dead_letter
     where id = any($1::bigint[]) order by id for update`,
    [ids.map(String)],
  );
  const found = new Set(letters.map((letter) => letter.id));
  const absent = ids.find((id) => !found.has(id));
  if (absent !== undefined) throw notFound(String(absent));
  return letters;
}

function parseIds(texts: readonly string[]): readonly bigint[] {
  if (texts.length > requestMax) {
    throw new GluttonyError("request.invalid", { path: "ids", seen: texts.length, atMost: requestMax });
  }
  return texts.map((text) => {
    const id = idOf(text);
    if (id === null) throw notFound(text.slice(0, 40));
    return id;
  });
}

function requireReplayable(letters: readonly LockedLetter[]): readonly LockedLetter[] {
  const refused = letters.find((letter) => !isReplayable(letter));
  if (refused === undefined) return letters;
  throw new GluttonyError("dead_letter.not_replayable", {
    deadLetter: String(refused.id),
    state: refused.state,
    holdsRecord: refused.isEncrypted,
  });
}

function isReplayable(letter: LockedLetter): boolean {
  return letter.state === "parked" && letter.isEncrypted;
}

async function touch(
  queries: Queries,
  letters: readonly LockedLetter[],
  change: { readonly actor: string; readonly assignment: string },
): Promise<number> {
  await queries.query(
    `update cdc.dead_letter set requested_by = $2, ${change.assignment} where id = any($1::bigint[])`,
    [letters.map((letter) => String(letter.id)), change.actor],
  );
  return letters.length;
}

function notFound(id: string): GluttonyError {
  return new GluttonyError("dead_letter.not_found", { deadLetter: id });
}
