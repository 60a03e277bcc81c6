import { type Code, GluttonyError } from "@gluttony/model";

const reasonCharactersMax = 500;

/** A person's reason as it is kept. Throws the code given when there is none, or far too much. */
export function requireReason(reason: string, code: Code): string {
  const text = trimmedReason(reason, code);
  if (text === "") throw new GluttonyError(code, { seen: "no reason" });
  return text;
}

/** The same where a reason may be left out. */
export function trimmedReason(reason: string, code: Code): string {
  // Postgres refuses U+0000 in a text.
  const text = reason.replaceAll("\u0000", "").trim();
  if (text.length <= reasonCharactersMax) return text;
  throw new GluttonyError(code, { characters: text.length, atMost: reasonCharactersMax });
}
