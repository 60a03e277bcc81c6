import { GluttonyError } from "@gluttony/model";
import { foundConsumer } from "./found-consumer.ts";
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

function refused(path: string, message: string, suggestion: string): GluttonyError {
  return new GluttonyError("request.invalid", {}, { faults: [{ path, message, suggestion }] });
}
