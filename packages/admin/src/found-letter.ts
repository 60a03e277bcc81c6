import { type DeadLetter, GluttonyError } from "@gluttony/model";
import type { AdminCollaborators } from "./ports.ts";

/** The letter of an id; throws `dead_letter.not_found`. */
export async function foundLetter(
  id: string,
  { deadLetters }: Pick<AdminCollaborators, "deadLetters">,
): Promise<DeadLetter> {
  const letter = await deadLetters.get(id);
  if (letter === null) throw new GluttonyError("dead_letter.not_found");
  return letter;
}
