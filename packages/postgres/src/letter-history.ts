import { GluttonyError, type LetterEvent } from "@gluttony/model";
import { appendAudit } from "./audit.ts";
import { idOf, letterNotFound } from "./letter-id.ts";
import type { Pool } from "./pool.ts";

const listedMax = 100;
const noteCharactersMax = 500;

/** What happened to a letter, newest first, at most 100; none for an id that is none. */
export async function readLetterHistory(pool: Pool, letterId: string): Promise<readonly LetterEvent[]> {
  const id = idOf(letterId);
  if (id === null) return [];
  return pool.query<LetterEvent & { readonly [column: string]: unknown }>(
    `select at, what, actor, failure_code as "failureCode", attempts, release, replay_order_id::text as "orderId"
     from cdc.dead_letter_event where letter_id = $1 order by id desc limit $2`,
    [String(id), listedMax],
  );
}

/** Keeps a person's note on a letter, or takes it away. Throws `dead_letter.not_found`, `dead_letter.note_invalid`. */
export async function noteOnLetter(
  pool: Pool,
  letterId: string,
  { actor, note }: { readonly actor: string; readonly note: string | null },
): Promise<void> {
  const id = idOf(letterId);
  if (id === null) throw letterNotFound(letterId);
  // Postgres refuses U+0000 in a text.
  const text = note?.replaceAll("\u0000", "").trim() ?? "";
  if (text.length > noteCharactersMax)
    throw new GluttonyError("dead_letter.note_invalid", {
      characters: text.length,
      atMost: noteCharactersMax,
    });
  await pool.transaction(async (queries) => {
    const [letter] = await queries.query<{ consumerId: string }>(
      `update cdc.dead_letter set note = nullif($2, '') where id = $1 returning consumer_id as "consumerId"`,
      [String(id), text],
    );
    if (letter === undefined) throw letterNotFound(letterId);
    await appendAudit(queries, {
      actor,
      action: "dead-letter.note",
      targetKind: "consumer",
      targetId: letter.consumerId,
      reason: null,
      detail: { deadLetter: String(id), note: text === "" ? null : text },
      result: "done",
    });
  });
}
