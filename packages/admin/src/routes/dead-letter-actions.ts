import { describe } from "../answers/describe.ts";
import {
  deadLetterAnswer,
  discardedAnswer,
  replayOrderAnswer,
  restoredAnswer,
} from "../answers/dead-letters.ts";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { foundLetter } from "../found-letter.ts";
import { selectionInReach } from "../letter-selection.ts";
import { confirmationOf } from "../letters/letter-plan.ts";
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
    {
      config: needs("dead-letter.replay", "letter"),
      schema: {
        ...describe("dead letters", "Asks for one to be run again.", { 202: deadLetterAnswer }),
        querystring,
      },
    },
    async (request, reply) => {
      const letter = await foundLetter(request.params.id, collaborators);
      // The store decides: between reading the letter and asking, another person may have asked.
      await deadLetters.requestReplay({ ids: [letter.id] }, wishOf({}, request.actor));
      return reply.code(202).send(deadLetterView(await foundLetter(letter.id, collaborators)));
    },
  );

  app.post<{ Body: ReplayBody }>(
    "/dead-letters::replay",
    {
      config: needs("dead-letter.replay", "visible"),
      schema: {
        ...describe("dead letters", "Asks for many to be run again.", { 202: replayOrderAnswer }),
        querystring,
        body: replaySchema,
      },
    },
    async ({ body, actor, reach }, reply) => {
      const selection = await selectionInReach(body, reach, collaborators);
      const confirm = confirmationOf({ deed: "replay", selection, isForced: body.force ?? false }, body.plan);
      const wish = { ...wishOf(body, actor), ...(confirm === undefined ? {} : { confirm }) };
      const order = await deadLetters.requestReplay(selection, wish);
      return reply.code(202).send(replayOrderView(order));
    },
  );

  app.post<{ Body: DiscardBody }>(
    "/dead-letters::discard",
    {
      config: needs("dead-letter.discard", "visible"),
      schema: {
        ...describe("dead letters", "Gives dead letters up.", { 200: discardedAnswer }),
        querystring,
        body: discardSchema,
      },
    },
    async ({ body, actor, reach }) => {
      const selection = await selectionInReach(body, reach, collaborators);
      const confirm = confirmationOf({ deed: "discard", selection, isForced: false }, body.plan);
      const discarding = { actor, reason: body.reason ?? "", ...(confirm === undefined ? {} : { confirm }) };
      return { discarded: await deadLetters.discard(selection, discarding) };
    },
  );

  app.post<{ Body: SelectionBody }>(
    "/dead-letters::restore",
    {
      config: needs("dead-letter.discard", "visible"),
      schema: {
        ...describe("dead letters", "Takes discarded ones back.", { 200: restoredAnswer }),
        querystring,
        body: restoreSchema,
      },
    },
    async ({ body, actor, reach }) => {
      const selection = await selectionInReach(body, reach, collaborators);
      return { restored: await deadLetters.restore(selection, actor) };
    },
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
