import { type DeadLetter, type DeadLetterState, GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { limitOf } from "../cursor.ts";
import type { AdminCollaborators, DeadLetterQuery } from "../ports.ts";
import { deadLettersQuerySchema, noQuerySchema, type PagingQuery } from "../schemas/queries.ts";
import { deadLetterView } from "../views/dead-letter.ts";
import { foundConsumer } from "../found-consumer.ts";

interface DeadLettersQuery extends PagingQuery {
  readonly consumer?: string;
  readonly state?: DeadLetterState;
}

interface ById {
  readonly Params: { readonly id: string };
}

/** Records set aside: where they lie and why, never what they hold; and the wish to run one again. */
export function deadLetterRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { deadLetters } = collaborators;

  app.get<{ Querystring: DeadLettersQuery }>(
    "/dead-letters",
    { schema: { querystring: deadLettersQuerySchema } },
    async ({ query }) => {
      const { items, next } = await deadLetters.list(await storeQueryOf(query, collaborators));
      return { items: items.map(deadLetterView), next };
    },
  );

  app.get<ById>("/dead-letters/:id", { schema: { querystring: noQuerySchema } }, async ({ params }) =>
    deadLetterView(await foundLetter(params.id, collaborators)),
  );

  // The doubled colon is how the router writes a plain one; without the pattern it would belong to the name.
  app.post<ById>(
    "/dead-letters/:id([^:]+)::replay",
    { schema: { querystring: noQuerySchema } },
    async (request, reply) => {
      const letter = await foundLetter(request.params.id, collaborators);
      // The store decides: between reading the letter and asking, another person may have asked.
      await deadLetters.requestReplay({ ids: [letter.id] }, request.actor);
      return reply.code(202).send(deadLetterView(await foundLetter(letter.id, collaborators)));
    },
  );
}

async function storeQueryOf(
  query: DeadLettersQuery,
  collaborators: AdminCollaborators,
): Promise<DeadLetterQuery> {
  const { consumer, state, cursor } = query;
  const row = consumer === undefined ? undefined : await foundConsumer(consumer, collaborators);
  return {
    limit: limitOf(query.limit),
    ...(row === undefined ? {} : { consumerId: row.id }),
    ...(state === undefined ? {} : { state }),
    ...(cursor === undefined ? {} : { after: cursor }),
  };
}

async function foundLetter(id: string, { deadLetters }: AdminCollaborators): Promise<DeadLetter> {
  const letter = await deadLetters.get(id);
  if (letter === null) throw new GluttonyError("dead_letter.not_found");
  return letter;
}
