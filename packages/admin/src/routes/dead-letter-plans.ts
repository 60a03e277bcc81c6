import type { FastifyInstance } from "fastify";
import type { Reach } from "../access/reach.ts";
import { needs } from "../access/route-access.ts";
import { deadLetterAnswer, letterPlanAnswer } from "../answers/dead-letters.ts";
import { describe, describeText } from "../answers/describe.ts";
import { foundLetter } from "../found-letter.ts";
import { selectionInReach } from "../letter-selection.ts";
import { letterPlanValidMs, type LetterWish, shownLetterPlan } from "../letters/letter-plan.ts";
import { lettersCsv } from "../letters/letters-csv.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type NoteBody,
  noteSchema,
  planDiscardSchema,
  type PlanReplayBody,
  planReplaySchema,
  type SelectionBody,
} from "../schemas/dead-letters.ts";
import { deadLettersExportQuerySchema, noQuerySchema } from "../schemas/queries.ts";
import { deadLetterView } from "../views/dead-letter.ts";
import { type DeadLettersQuery, reachOf, storeQueryOf } from "./dead-letters.ts";

const querystring = noQuerySchema;

/** What would become of many dead letters, before anything is done; notes on one; and the list as a file. */
export function deadLetterPlanRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { deadLetters } = collaborators;

  app.post<{ Body: PlanReplayBody }>(
    "/dead-letters::plan-replay",
    {
      config: needs("dead-letter.replay", "visible"),
      schema: {
        ...describe("dead letters", "Says what a replay would take and leave; changes nothing.", {
          200: letterPlanAnswer,
        }),
        querystring,
        body: planReplaySchema,
      },
    },
    async ({ body, reach }) =>
      planned({ deed: "replay", isForced: body.force ?? false }, { body, reach }, collaborators),
  );

  app.post<{ Body: SelectionBody }>(
    "/dead-letters::plan-discard",
    {
      config: needs("dead-letter.discard", "visible"),
      schema: {
        ...describe(
          "dead letters",
          "Says what a discard would take, and what would follow it; changes nothing.",
          {
            200: letterPlanAnswer,
          },
        ),
        querystring,
        body: planDiscardSchema,
      },
    },
    async ({ body, reach }) => planned({ deed: "discard", isForced: false }, { body, reach }, collaborators),
  );

  app.patch<{ Params: { readonly id: string }; Body: NoteBody }>(
    "/dead-letters/:id",
    {
      config: { ...needs("dead-letter.replay", "letter"), isUnchanging: true },
      schema: {
        ...describe("dead letters", "Keeps a note on one, in place of the one before; null takes it away.", {
          200: deadLetterAnswer,
        }),
        querystring,
        body: noteSchema,
      },
    },
    async ({ params, body, actor }) => {
      const letter = await foundLetter(params.id, collaborators);
      await deadLetters.note(letter.id, { actor, note: body.note });
      return deadLetterView(await foundLetter(letter.id, collaborators));
    },
  );

  app.get<{ Querystring: Omit<DeadLettersQuery, "limit"> }>(
    "/dead-letters::export",
    {
      config: needs("dead-letter.read", "visible"),
      schema: {
        ...describeText(
          "dead letters",
          "Gives the list as a file, 10,000 a time, without messages and what they hold; Link says where it goes on.",
          "text/csv",
        ),
        querystring: deadLettersExportQuerySchema,
      },
    },
    async ({ query, reach }, reply) => {
      const { limit: _, ...wanted } = await storeQueryOf(query, collaborators);
      const visible = await reachOf(reach, collaborators);
      const { text, next } = await lettersCsv({ ...wanted, ...visible }, deadLetters);
      if (next !== null) {
        const parameters = new URLSearchParams({ ...query, cursor: next });
        reply.header("Link", `</api/v1/dead-letters:export?${parameters.toString()}>; rel="next"`);
      }
      return reply
        .type("text/csv; charset=utf-8")
        .header("Content-Disposition", 'attachment; filename="dead-letters.csv"')
        .send(text);
    },
  );
}

async function planned(
  { deed, isForced }: Omit<LetterWish, "selection">,
  { body, reach }: { readonly body: SelectionBody; readonly reach: Reach | null },
  collaborators: AdminCollaborators,
): Promise<object> {
  const { deadLetters } = collaborators;
  const selection = await selectionInReach(body, reach, collaborators);
  const plan =
    deed === "replay"
      ? await deadLetters.planReplay(selection, isForced)
      : await deadLetters.planDiscard(selection);
  const expiresAt = new Date(Date.now() + letterPlanValidMs).toISOString();
  return shownLetterPlan({ deed, selection, isForced }, plan, expiresAt);
}
