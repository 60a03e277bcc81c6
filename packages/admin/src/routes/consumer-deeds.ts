import { describe } from "../answers/describe.ts";
import { clearedAnswer, historyAnswer, movedAnswer } from "../answers/consumers.ts";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { limitOf } from "../cursor.ts";
import { foundConsumer } from "../found-consumer.ts";
import { movePosition } from "../move-position.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type ClearBody,
  clearSchema,
  type MoveBody,
  moveSchema,
  partitionParamsSchema,
} from "../schemas/positions.ts";
import { historyQuerySchema, noQuerySchema } from "../schemas/queries.ts";
import { stateChangeView } from "../views/state-change.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** A consumer's history, and what only a person may do to it: move a position, clear the fence. */
export function consumerDeedRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { observations, fence } = collaborators;

  app.get<ById & { Querystring: { readonly limit?: string } }>(
    "/consumers/:id/history",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Lists the states it came to, and what was done to mend it.", {
          200: historyAnswer,
        }),
        querystring: historyQuerySchema,
      },
    },
    async ({ params, query }) => {
      const row = await foundConsumer(params.id, collaborators);
      const changes = await observations.history(row.id, limitOf(query.limit));
      return { items: changes.map(stateChangeView), next: null };
    },
  );

  app.post<{ Params: { readonly id: string; readonly partition: string }; Body: MoveBody }>(
    "/consumers/:id/positions/:partition",
    {
      config: needs("position.move", "consumer"),
      schema: {
        ...describe("consumers", "Chooses from where a partition is read.", { 200: movedAnswer }),
        querystring: noQuerySchema,
        params: partitionParamsSchema,
        body: moveSchema,
      },
    },
    async ({ params, body, actor }) => {
      const row = await foundConsumer(params.id, collaborators);
      const wish = { partition: Number(params.partition), to: body.to, reason: body.reason ?? "", actor };
      return movePosition(row, wish, collaborators);
    },
  );

  app.post<ById & { Body: ClearBody }>(
    "/consumers/:id([^:]+)/fence::clear",
    {
      config: needs("position.move", "consumer"),
      schema: {
        ...describe("consumers", "Forgets which versions of rows were delivered.", { 200: clearedAnswer }),
        querystring: noQuerySchema,
        body: clearSchema,
      },
    },
    async ({ params, body, actor }) => {
      const row = await foundConsumer(params.id, collaborators);
      return { cleared: await fence.clear(row.id, { actor, reason: body.reason ?? "" }) };
    },
  );
}
