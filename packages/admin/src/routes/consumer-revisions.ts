import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { conditionalAccess, needs } from "../access/route-access.ts";
import { conflictAnswer, consumerAnswer } from "../answers/consumers.ts";
import { describe } from "../answers/describe.ts";
import { revisionAnswer, revisionPageAnswer } from "../answers/revisions.ts";
import { changeConsumer } from "../change-consumer.ts";
import { limitOf } from "../cursor.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { seenRevision } from "../revision.ts";
import type { KeptRevision } from "../revision-ports.ts";
import { orConflict } from "../revisions/conflict.ts";
import { keptColumns } from "../revisions/fields.ts";
import type { ConsumerBody } from "../schemas/consumers.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import {
  type AgainstQuery,
  againstQuerySchema,
  type RevisionsQuery,
  revisionsQuerySchema,
} from "../schemas/revisions.ts";
import { validBody } from "../valid-body.ts";
import { revisionLine, revisionView } from "../views/revision.ts";

interface ById {
  readonly Params: { readonly id: string };
}
interface ByNumber {
  readonly Params: { readonly id: string; readonly n: string };
}

/** Digits of the largest revision. */
const digitsMax = 18;

/** What a consumer was, who changed it, and going back. */
export function consumerRevisionRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  readRoutes(app, collaborators);
  restoreRoute(app, collaborators);
}

function readRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { revisions } = collaborators;
  const config = needs("consumer.read", "consumer");

  app.get<ById & { Querystring: RevisionsQuery }>(
    "/consumers/:id/revisions",
    {
      config,
      schema: {
        ...describe("consumers", "Lists who changed it, when and what, the newest first.", {
          200: revisionPageAnswer,
        }),
        querystring: revisionsQuerySchema,
      },
    },
    async ({ params, query }) => {
      const row = await foundConsumer(params.id, collaborators);
      const before = query.cursor === undefined ? null : BigInt(query.cursor);
      const page = await revisions.list(row.id, { before, limit: limitOf(query.limit) });
      return {
        items: page.items.map(revisionLine),
        next: page.next === null ? null : String(page.next),
      };
    },
  );

  app.get<ByNumber & { Querystring: AgainstQuery }>(
    "/consumers/:id/revisions/:n([0-9]+)",
    {
      config,
      schema: {
        ...describe("consumers", "Shows one revision, and what it changed since another one.", {
          200: revisionAnswer,
        }),
        querystring: againstQuerySchema,
      },
    },
    async ({ params, query }) => {
      const row = await foundConsumer(params.id, collaborators);
      const kept = await foundRevision(row, params.n, collaborators);
      if (query.against === undefined) return revisionView(kept);
      const against = await foundRevision(row, query.against, collaborators);
      return revisionView({ ...kept, rowBefore: against.row });
    },
  );
}

function restoreRoute(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.post<ByNumber>(
    "/consumers/:id([^:/]+)/revisions/:n([0-9]+)::restore",
    {
      config: conditionalAccess(needs("consumer.write", "consumer")),
      schema: {
        ...describe(
          "consumers",
          "Brings a consumer back to a revision, as a new one. Its connection string and whether it runs stay.",
          { 200: consumerAnswer, 412: conflictAnswer },
        ),
        querystring: noQuerySchema,
      },
    },
    async (request, reply) => {
      const { params, actor, reach } = request;
      const revision = seenRevision(request.headers["if-match"]);
      const row = await foundConsumer(params.id, collaborators);
      const kept = await foundRevision(row, params.n, collaborators);
      const change = { idOrName: row.id, revision, actor, reach, restoredFrom: kept.revision };
      const columns = keptColumns(kept.row);
      if (columns === null)
        throw new GluttonyError("consumer.revision_unknown", { seen: "a revision without a row" });
      return orConflict(
        { request, reply },
        { ...change, seen: revision, wantedOn: (seen) => ({ ...columns, is_valid: seen["is_valid"] }) },
        {
          collaborators,
          work: () =>
            changeConsumer(change, (stored) => restoredBody(request, columns, stored), collaborators),
        },
      );
    },
  );
}

/** Secrets are not kept, so that the present one stays; whether it runs is asked for by other means. */
function restoredBody(
  request: FastifyRequest,
  columns: { readonly [column: string]: unknown },
  stored: ConsumerRow,
): ConsumerBody {
  const { conn_string: kept, ...others } = columns;
  if (kept !== null && stored.connString === null) {
    const fault = {
      path: "conn_string",
      message: "Was set in this revision, is not now, and is not kept in the history.",
      suggestion: "Set the connection string first; then restore.",
    };
    throw new GluttonyError("consumer.invalid", {}, { faults: [fault] });
  }
  const connString = kept === null ? { conn_string: null } : {};
  return validBody(request, { ...others, ...connString, is_valid: stored.isValid });
}

async function foundRevision(
  row: ConsumerRow,
  digits: string,
  { revisions }: AdminCollaborators,
): Promise<KeptRevision> {
  const kept = digits.length > digitsMax ? null : await revisions.get(row.id, BigInt(digits));
  if (kept === null) throw new GluttonyError("consumer.revision_unknown", { current: String(row.revision) });
  return kept;
}
