import type { DeadLetterState } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { limitOf } from "../cursor.ts";
import type { AdminCollaborators, DeadLetterQuery } from "../ports.ts";
import { foundConsumer } from "../found-consumer.ts";
import { foundLetter } from "../found-letter.ts";
import {
  deadLettersQuerySchema,
  noQuerySchema,
  ofConsumerQuerySchema,
  type PagingQuery,
} from "../schemas/queries.ts";
import { deadLetterView } from "../views/dead-letter.ts";
import { deadLetterStatsView } from "../views/dead-letter-stats.ts";
import { replayOrderView } from "../views/replay-order.ts";

interface DeadLettersQuery extends PagingQuery {
  readonly consumer?: string;
  readonly state?: DeadLetterState;
  readonly failureCode?: string;
  readonly partition?: string;
  readonly subject?: string;
}

interface ById {
  readonly Params: { readonly id: string };
}

/** Records set aside: where they lie and why, never what they hold; and what was asked for them. */
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

  app.get<{ Querystring: OfConsumer }>(
    "/dead-letters/stats",
    { schema: { querystring: ofConsumerQuerySchema } },
    async ({ query }) => {
      const stats = await deadLetters.stats(await consumerIdOf(query.consumer, collaborators));
      return { items: stats.map(deadLetterStatsView), next: null };
    },
  );

  app.get<{ Querystring: OfConsumer }>(
    "/replay-orders",
    { schema: { querystring: ofConsumerQuerySchema } },
    async ({ query }) => {
      const orders = await deadLetters.orders(await consumerIdOf(query.consumer, collaborators));
      return { items: orders.map(replayOrderView), next: null };
    },
  );
}

interface OfConsumer {
  readonly consumer?: string;
}

async function consumerIdOf(
  idOrName: string | undefined,
  collaborators: AdminCollaborators,
): Promise<string | undefined> {
  return idOrName === undefined ? undefined : (await foundConsumer(idOrName, collaborators)).id;
}

async function storeQueryOf(
  query: DeadLettersQuery,
  collaborators: AdminCollaborators,
): Promise<DeadLetterQuery> {
  const { consumer, state, failureCode, partition, subject, cursor } = query;
  const consumerId = await consumerIdOf(consumer, collaborators);
  return {
    limit: limitOf(query.limit),
    ...(consumerId === undefined ? {} : { consumerId }),
    ...(state === undefined ? {} : { state }),
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(partition === undefined ? {} : { partition: Number(partition) }),
    ...(subject === undefined ? {} : { subject }),
    ...(cursor === undefined ? {} : { after: cursor }),
  };
}
