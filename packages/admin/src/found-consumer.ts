import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { AdminCollaborators } from "./ports.ts";

/** The row of an id or a name; throws `consumer.not_found`. */
export async function foundConsumer(
  idOrName: string,
  { consumers }: Pick<AdminCollaborators, "consumers">,
): Promise<ConsumerRow> {
  const row = await consumers.get(idOrName);
  if (row === null) throw new GluttonyError("consumer.not_found");
  return row;
}
