import { HandlerError } from "@gluttony/sdk";
import { z } from "zod";

/** What the service answers: what became of each result that it was sent. */
const answer = z.object({ results: z.array(z.object({ id: z.string(), ok: z.boolean() })) });

/**
 * Reads which results the service took. Throws a `HandlerError` of kind `ambiguous` for what is no such answer: what was taken is
 * not known then.
 */
export function takenIn(body: unknown): ReadonlySet<string> {
  const parsed = answer.safeParse(body);
  if (!parsed.success) {
    throw new HandlerError("ambiguous", "The lab service answered something else.", {
      code: "lab.answer_unknown",
    });
  }
  return new Set(parsed.data.results.filter(({ ok }) => ok).map(({ id }) => id));
}
