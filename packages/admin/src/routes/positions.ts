import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import {
  positionPageAnswer,
  positionPlanAnswer,
  positionsMovedAnswer,
  snapshotPageAnswer,
} from "../answers/positions.ts";
import { foundConsumer } from "../found-consumer.ts";
import { applyPlan } from "../positions/apply-plan.ts";
import { readPlan, topicOf } from "../positions/read-plan.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type ApplyRequest, applySchema, type PlanRequest, planSchema } from "../schemas/positions.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { positionView } from "../views/position.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** From where a consumer reads: seen, planned, moved, and gone back to. */
export function positionRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { positions } = collaborators;
  const querystring = noQuerySchema;

  app.get<ById>(
    "/consumers/:id/positions",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("positions", "Lists the marks of a consumer.", { 200: positionPageAnswer }),
        querystring,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      const loaded = await positions.load(row.id, topicOf(row));
      const sorted = loaded.toSorted((left, right) => left.partition - right.partition);
      return { items: sorted.map(positionView), next: null };
    },
  );

  app.get<ById>(
    "/consumers/:id/positions/snapshots",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("positions", "Lists where partitions stood before a person moved them.", {
          200: snapshotPageAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      const snapshots = await positions.snapshots(row.id);
      const items = snapshots.map(({ id, at, actor, reason, topic, partitions }) => ({
        id,
        at: at.toISOString(),
        actor,
        reason,
        topic,
        partitions,
      }));
      return { items, next: null };
    },
  );

  app.post<ById & { Body: PlanRequest }>(
    "/consumers/:id([^:/]+)/positions::plan",
    {
      config: needs("position.move", "consumer"),
      schema: {
        ...describe("positions", "Says what a move would read again and skip; changes nothing.", {
          200: positionPlanAnswer,
        }),
        querystring,
        body: planSchema,
      },
    },
    async ({ params, body }) => {
      const row = await foundConsumer(params.id, collaborators);
      return readPlan(row, { target: body.to, partitions: body.partitions ?? null }, collaborators);
    },
  );

  app.post<ById & { Body: ApplyRequest }>(
    "/consumers/:id([^:/]+)/positions::apply",
    {
      config: needs("position.move", "consumer"),
      schema: {
        ...describe("positions", "Moves a consumer as a plan says, all partitions or none.", {
          200: positionsMovedAnswer,
        }),
        querystring,
        body: applySchema,
      },
    },
    async ({ params, body, actor }) => {
      const row = await foundConsumer(params.id, collaborators);
      const partitions = await applyPlan(
        row,
        { plan: body.plan, actor, reason: body.reason ?? "" },
        collaborators,
      );
      return { partitions };
    },
  );
}
