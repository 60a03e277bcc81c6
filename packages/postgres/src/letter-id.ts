import { GluttonyError } from "@gluttony/model";

/** An id as the column holds it; null for anything else. */
export function idOf(text: string | undefined): bigint | null {
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
}

/** The error for an id that no letter has. */
export function letterNotFound(id: string): GluttonyError {
  return new GluttonyError("dead_letter.not_found", { deadLetter: id.slice(0, 40) });
}
