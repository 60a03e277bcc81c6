import { describe } from "../answers/describe.ts";
import { consumerAnswer, consumerPageAnswer } from "../answers/consumers.ts";
import { type ConsumerRow, GluttonyError, type ObservedStateName } from "@gluttony/model";
import type { FastifyInstance, FastifyReply } from "fastify";
import { requireReachAfter } from "../access/guard.ts";
import type { Reach } from "../access/reach.ts";
import { needs } from "../access/route-access.ts";
import { checkedDraft, seenRow } from "../change-consumer.ts";
import { limitOf, pageOf } from "../cursor.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { withPartitions } from "../read-states.ts";
import { etagOf, seenRevision } from "../revision.ts";
import { type ConsumerBody, createConsumerSchema } from "../schemas/consumers.ts";
import { consumersQuerySchema, noQuerySchema, type PagingQuery } from "../schemas/queries.ts";
import { consumerView, type ConsumerView } from "../views/consumer.ts";
import { consumerSummaries, rowsInState } from "../views/consumer-summary.ts";

interface ConsumersQuery extends PagingQuery {
  readonly state?: ObservedStateName;
  readonly name?: string;
}

interface ById {
  readonly Params: { readonly id: string };
}

/** The rows of `cdc.consumer`: seen, made and deleted. */
export function consumerRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  readRoutes(app, collaborators);
  writeRoutes(app, collaborators);
}

function readRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get<{ Querystring: ConsumersQuery }>(
    "/consumers",
    {
      config: needs("consumer.read", "visible"),
      schema: {
        ...describe("consumers", "Lists consumers.", { 200: consumerPageAnswer }),
        querystring: consumersQuerySchema,
      },
    },
    ({ query, reach }) => consumersPage(query, reach, collaborators),
  );

  app.get<ById>(
    "/consumers/:id",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Shows one consumer.", { 200: consumerAnswer }),
        querystring: noQuerySchema,
      },
    },
    async (request, reply) => {
      const row = await foundConsumer(request.params.id, collaborators);
      reply.header("ETag", etagOf(row.revision));
      return consumerView(row);
    },
  );
}

function writeRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { consumers } = collaborators;

  app.post<{ Body: ConsumerBody }>(
    "/consumers",
    {
      config: needs("consumer.write", "visible"),
      schema: {
        ...describe("consumers", "Makes a consumer.", { 201: consumerAnswer }),
        querystring: noQuerySchema,
        body: createConsumerSchema,
      },
    },
    async (request, reply) => {
      requireReachAfter(request.reach, request.body.configuration);
      checkIfNoneMatch(request.headers["if-none-match"]);
      const draft = await checkedDraft(request.body, null, collaborators);
      const row = await consumers.create(draft, request.actor);
      reply.code(201).header("Location", `/api/v1/consumers/${encodeURIComponent(row.id)}`);
      return sendRow(row, reply);
    },
  );

  app.delete<ById>(
    "/consumers/:id",
    {
      config: needs("consumer.write", "consumer"),
      schema: {
        ...describe("consumers", "Deletes a consumer; its connector goes with the last one that uses it.", {
          204: null,
        }),
        querystring: noQuerySchema,
      },
    },
    async (request, reply) => {
      const revision = seenRevision(request.headers["if-match"]);
      const stored = await seenRow(request.params.id, revision, collaborators);
      await consumers.delete(stored.id, { actor: request.actor, revision });
      return reply.code(204).send();
    },
  );
}

function checkIfNoneMatch(header: string | undefined): void {
  if (header === undefined || header.trim() === "*") return;
  const fault = { path: "/if-none-match", message: "Only * has a meaning here.", suggestion: "*" };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function sendRow(row: ConsumerRow, reply: FastifyReply): ConsumerView {
  reply.header("ETag", etagOf(row.revision));
  return consumerView(row);
}

async function consumersPage(
  query: ConsumersQuery,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<{ readonly items: ReturnType<typeof consumerSummaries>; readonly next: string | null }> {
  const [rows, seen] = await Promise.all([
    collaborators.consumers.list(),
    collaborators.observations.readStates(undefined, "partitions"),
  ]);
  const visible = reach?.among(rows) ?? [];
  const named = visible.filter(({ name }) => query.name === undefined || name.includes(query.name));
  const wanted = query.state === undefined ? named : rowsInState(named, seen, query.state);
  // Adopted tables may hold rows without a name, so the name alone is no place in the list.
  const page = { limit: limitOf(query.limit), cursor: query.cursor };
  const { items, next } = pageOf(wanted, ({ name, id }) => `${name}\u0000${id}`, page);
  const ids = items.map(({ id }) => id);
  return { items: consumerSummaries(items, await withPartitions(seen, ids, collaborators)), next };
}
