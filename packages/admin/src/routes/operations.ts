import { GluttonyError, type Operation } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import type { Reach } from "../access/reach.ts";
import { needs } from "../access/route-access.ts";
import { operationAnswer, operationPageAnswer } from "../answers/operations.ts";
import { describe } from "../answers/describe.ts";
import { limitOf } from "../cursor.ts";
import { foundConsumer } from "../found-consumer.ts";
import { allSettled, settled, wantedRunOf } from "../operations/settle.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type OperationsQuery, operationsQuerySchema } from "../schemas/operations.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import type { OperationQuery } from "../steering-ports.ts";
import { operationView } from "../views/operation.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** What was asked for and takes its time: how far it is, and calling it off. */
export function operationRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { operations, steering } = collaborators;

  app.get<{ Querystring: OperationsQuery }>(
    "/operations",
    {
      config: needs("operation.read", "visible"),
      schema: {
        ...describe("operations", "Lists operations, the newest first.", { 200: operationPageAnswer }),
        querystring: operationsQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const page = await operations.list({
        ...(await conditionsOf(query, reach, collaborators)),
        ...(await visibleTo(reach, collaborators)),
      });
      const now = await allSettled(page.items, collaborators);
      // One that was found to have ended meanwhile is not among those that run.
      const items = now.filter(({ state }) => query.state === undefined || state === query.state);
      return { items: items.map(operationView), next: page.next === null ? null : String(page.next) };
    },
  );

  app.get<ById>(
    "/operations/:id",
    {
      config: needs("operation.read", "visible"),
      schema: {
        ...describe("operations", "Shows one operation.", { 200: operationAnswer }),
        querystring: noQuerySchema,
      },
    },
    async ({ params, reach }) => operationView(await foundOperation(params.id, reach, collaborators)),
  );

  app.post<ById>(
    "/operations/:id([^:/]+)::cancel",
    {
      config: needs("operation.cancel", "visible"),
      schema: {
        ...describe("operations", "Calls an operation off: what was asked before is asked again.", {
          200: operationAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async ({ params, reach, actor }) => {
      const operation = await foundOperation(params.id, reach, collaborators);
      if (operation.state !== "running")
        throw new GluttonyError("operation.ended", { state: operation.state });
      const wanted = wantedRunOf(operation);
      if (!operation.isCancellable || wanted === null) throw new GluttonyError("operation.not_cancellable");
      await steering.takeBack(operation, wanted, actor);
      return operationView((await operations.get(operation.id)) ?? operation);
    },
  );
}

async function conditionsOf(
  { state, kind, consumer, cursor, limit }: OperationsQuery,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<OperationQuery> {
  const row = consumer === undefined ? null : await foundConsumer(consumer, collaborators);
  if (row !== null && reach?.covers(row) !== true) throw new GluttonyError("consumer.not_found");
  return {
    ...(state === undefined ? {} : { state }),
    ...(kind === undefined ? {} : { kind }),
    ...(row === null ? {} : { subject: { kind: "consumer", id: row.id } }),
    ...(cursor === undefined ? {} : { before: BigInt(cursor) }),
    limit: limitOf(limit),
  };
}

/** Operations on consumers are seen by whoever may see the consumer; those of other things by all who may look. */
async function visibleTo(
  reach: Reach | null,
  { consumers }: AdminCollaborators,
): Promise<Pick<OperationQuery, "among">> {
  if (reach === null || reach.isUnlimited) return {};
  const rows = reach.among(await consumers.list());
  return { among: { kind: "consumer", ids: rows.map(({ id }) => id) } };
}

async function foundOperation(
  id: string,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<Operation> {
  const isLimited = reach !== null && !reach.isUnlimited;
  const operation = await collaborators.operations.get(id);
  if (operation === null) throw new GluttonyError("operation.not_found");
  if (isLimited && operation.subject.kind === "consumer") {
    const row = await collaborators.consumers.get(operation.subject.id);
    if (row === null || row.id !== operation.subject.id || !reach.covers(row))
      throw new GluttonyError("operation.not_found");
  }
  return settled(operation, collaborators);
}
