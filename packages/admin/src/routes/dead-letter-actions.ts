import type { FastifyInstance } from "fastify";
import { foundLetter } from "../found-letter.ts";
import { letterSelectionOf } from "../letter-selection.ts";
import type { AdminCollaborators, ReplayWish } from "../ports.ts";
import {
  type DiscardBody,
  discardSchema,
  type ReplayBody,
  replaySchema,
  restoreSchema,
  type SelectionBody,
} from "../schemas/dead-letters.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { deadLetterView } from "../views/dead-letter.ts";
import { replayOrderView } from "../views/replay-order.ts";

const querystring = noQuerySchema;

/** What a person decides about records set aside. The store judges; hosts do the work later. */
export function deadLetterActionRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { deadLetters } = collaborators;

  // The doubled colon is how the router writes a plain one; without the pattern it would belong to the name.
  app.post<{ Params: { readonly id: string } }>(
    "/dead-letters/:id([^:]+)::replay",
    { schema: { querystring } },
    async (request, reply) => {
      const letter = await foundLetter(request.params.id, collaborators);
      // The store decides: between reading the letter and asking, another person may have asked.
      await deadLetters.requestReplay({ ids: [letter.id] }, wishOf({}, request.actor));
      return reply.code(202).send(deadLetterView(await foundLetter(letter.id, collaborators)));
    },
  );

  app.post<{ Body: ReplayBody }>(
    "/dead-letters::replay",
    { schema: { querystring, body: replaySchema } },
    async ({ body, actor }, reply) => {
      const selection = await letterSelectionOf(body, collaborators);
      const order = await deadLetters.requestReplay(selection, wishOf(body, actor));
      return reply.code(202).send(replayOrderView(order));
    },
  );

  app.post<{ Body: DiscardBody }>(
    "/dead-letters::discard",
    { schema: { querystring, body: discardSchema } },
    async ({ body, actor }) => {
      const selection = await letterSelectionOf(body, collaborators);
      return { discarded: await deadLetters.discard(selection, { actor, reason: body.reason ?? "" }) };
    },
  );

  app.post<{ Body: SelectionBody }>(
    "/dead-letters::restore",
    { schema: { querystring, body: restoreSchema } },
    async ({ body, actor }) => ({
      restored: await deadLetters.restore(await letterSelectionOf(body, collaborators), actor),
    }),
  );
}

function wishOf(body: ReplayBody, actor: string): ReplayWish {
  return {
    actor,
    reason: body.reason ?? "",
    perSecondMax: body.perSecondMax ?? null,
    failuresMax: body.failuresMax ?? null,
    force: body.force ?? false,
  };
}
