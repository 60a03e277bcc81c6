import { describe } from "../answers/describe.ts";
import {
  deadLetterInFullAnswer,
  deadLetterPageAnswer,
  deadLetterStatsAnswer,
  replayOrderPageAnswer,
} from "../answers/dead-letters.ts";
import type { DeadLetterState } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import type { Reach } from "../access/reach.ts";
import { needs } from "../access/route-access.ts";
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
import { deadLetterView, letterEventView } from "../views/dead-letter.ts";
import { deadLetterStatsView } from "../views/dead-letter-stats.ts";
import { replayOrderView } from "../views/replay-order.ts";

/** The filters of a list of letters. */
export interface DeadLettersQuery extends PagingQuery {
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
    {
      config: needs("dead-letter.read", "visible"),
      schema: {
        ...describe("dead letters", "Lists records set aside, without what they hold.", {
          200: deadLetterPageAnswer,
        }),
        querystring: deadLettersQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const wanted = await storeQueryOf(query, collaborators);
      const { items, next } = await deadLetters.list({ ...wanted, ...(await reachOf(reach, collaborators)) });
      return { items: items.map(deadLetterView), next };
    },
  );

  app.get<ById>(
    "/dead-letters/:id",
    {
      config: needs("dead-letter.read", "letter"),
      schema: {
        ...describe("dead letters", "Shows one dead letter, and what happened to it.", {
          200: deadLetterInFullAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async ({ params }) => {
      const letter = await foundLetter(params.id, collaborators);
      const history = await deadLetters.history(letter.id);
      return { ...deadLetterView(letter), history: history.map(letterEventView) };
    },
  );

  app.get<{ Querystring: OfConsumer }>(
    "/dead-letters/stats",
    {
      config: needs("dead-letter.read", "visible"),
      schema: {
        ...describe("dead letters", "Counts dead letters by consumer, state and code.", {
          200: deadLetterStatsAnswer,
        }),
        querystring: ofConsumerQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const [stats, { consumerNames }] = await Promise.all([
        deadLetters.stats(await consumerIdOf(query.consumer, collaborators)),
        namesInReach(reach, collaborators),
      ]);
      const visible = stats.filter(({ consumer }) => consumerNames?.has(consumer) ?? true);
      return { items: visible.map(deadLetterStatsView), next: null };
    },
  );

  app.get<{ Querystring: OfConsumer }>(
    "/replay-orders",
    {
      config: needs("dead-letter.read", "visible"),
      schema: {
        ...describe("dead letters", "Lists what was asked to be run again, and how far that is.", {
          200: replayOrderPageAnswer,
        }),
        querystring: ofConsumerQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const orders = await deadLetters.orders(await consumerIdOf(query.consumer, collaborators));
      const { consumerIds } = await reachOf(reach, collaborators);
      const visible = orders.filter(({ consumerId }) => consumerIds?.includes(consumerId) ?? true);
      return { items: visible.map(replayOrderView), next: null };
    },
  );
}

interface OfConsumer {
  readonly consumer?: string;
}

/** The consumers that may be seen; left out where all may, also letters whose consumer is gone. */
export async function reachOf(
  reach: Reach | null,
  { consumers }: AdminCollaborators,
): Promise<{ readonly consumerIds?: readonly string[] }> {
  if (reach?.isUnlimited === true) return {};
  const rows = await consumers.list();
  return { consumerIds: (reach?.among(rows) ?? []).map(({ id }) => id) };
}

async function namesInReach(
  reach: Reach | null,
  { consumers }: AdminCollaborators,
): Promise<{ readonly consumerNames?: ReadonlySet<string> }> {
  if (reach?.isUnlimited === true) return {};
  const rows = await consumers.list();
  return { consumerNames: new Set((reach?.among(rows) ?? []).map(({ name }) => name)) };
}

async function consumerIdOf(
  idOrName: string | undefined,
  collaborators: AdminCollaborators,
): Promise<string | undefined> {
  return idOrName === undefined ? undefined : (await foundConsumer(idOrName, collaborators)).id;
}

/** What a query asks of the store. Throws `consumer.not_found`. */
export async function storeQueryOf(
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
