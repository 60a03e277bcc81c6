import type { Failure } from "@gluttony/model";

const messageCharactersMax = 1_000;

/** Postgres refuses the character U+0000 in a text, and a refused letter would hold up its record for ever. */
export function messageOf(failure: Failure): string {
  return failure.message.replaceAll("\u0000", "").slice(0, messageCharactersMax);
}
