import { GluttonyError } from "@gluttony/model";
import type { Reach } from "./access/reach.ts";
import { foundConsumer } from "./found-consumer.ts";
import { foundLetter } from "./found-letter.ts";
import type { AdminCollaborators, LetterSelection } from "./ports.ts";
import type { SelectionBody } from "./schemas/dead-letters.ts";

/**
 * The letters that a body means. A request that names letters and filters at once, or neither, is refused: it would do
 * more or less than was meant. Throws `request.invalid`, `consumer.not_found`.
 */
export async function letterSelectionOf(
  body: SelectionBody,
  collaborators: Pick<AdminCollaborators, "consumers">,
): Promise<LetterSelection> {
  const { ids, consumer, failureCode, partition, subject, parkedBefore, parkedAfter } = body;
  const filters = { failureCode, partition, subject, parkedBefore, parkedAfter };
  if (ids !== undefined) {
    const extra = Object.entries({ consumer, ...filters }).find(([, value]) => value !== undefined);
    if (extra !== undefined) throw refused(`/${extra[0]}`, "Does not go together with ids.", "Leave it out.");
    return { ids };
  }
  if (consumer === undefined) throw refused("/consumer", "Ids or a consumer must be given.", "ids");
  const row = await foundConsumer(consumer, collaborators);
  return {
    consumerId: row.id,
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(partition === undefined ? {} : { partition }),
    ...(subject === undefined ? {} : { subject }),
    ...(parkedBefore === undefined ? {} : { parkedBefore: new Date(parkedBefore) }),
    ...(parkedAfter === undefined ? {} : { parkedAfter: new Date(parkedAfter) }),
  };
}

/** The letters that a body means, each of a consumer within reach. Throws as `letterSelectionOf` and `Reach.require`. */
export async function selectionInReach(
  body: SelectionBody,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<LetterSelection> {
  const selection = await letterSelectionOf(body, collaborators);
  if (reach?.isUnlimited === true) return selection;
  const owners =
    "ids" in selection
      ? await Promise.all(selection.ids.map(async (id) => (await foundLetter(id, collaborators)).consumerId))
      : [selection.consumerId];
  for (const id of new Set(owners)) reach?.require(await foundConsumer(id, collaborators));
  return selection;
}

function refused(path: string, message: string, suggestion: string): GluttonyError {
  return new GluttonyError("request.invalid", {}, { faults: [{ path, message, suggestion }] });
}
