import type { ConsumerRow, JsonObject, JsonValue } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { conflictAnswer, consumerAnswer } from "../answers/consumers.ts";
import { describe } from "../answers/describe.ts";
import { changeConsumer } from "../change-consumer.ts";
import { patchObject } from "../merge-patch.ts";
import type { AdminCollaborators } from "../ports.ts";
import { seenRevision } from "../revision.ts";
import { orConflict, wantedColumnsOf } from "../revisions/conflict.ts";
import { type ConsumerBody, patchConsumerSchema, replaceConsumerSchema } from "../schemas/consumers.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { validBody } from "../valid-body.ts";
import { consumerView } from "../views/consumer.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const mergePatchType = "application/merge-patch+json";
const answers = { 200: consumerAnswer, 412: conflictAnswer };

/** Changes of a consumer, on the revision that the writer saw: as a whole, or field by field. */
export function consumerChangeRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("consumer.write", "consumer");
  const querystring = noQuerySchema;

  app.put<ById & { Body: ConsumerBody }>(
    "/consumers/:id",
    {
      config,
      schema: {
        ...describe("consumers", "Brings a consumer to what the body says.", answers),
        querystring,
        body: replaceConsumerSchema,
      },
    },
    async (request, reply) => {
      const { body, actor, reach } = request;
      const revision = seenRevision(request.headers["if-match"]);
      const change = { idOrName: request.params.id, revision, actor, reach };
      return orConflict(
        { request, reply },
        { ...change, seen: revision, wantedOn: (seen) => wantedColumnsOf(body, seen) },
        { collaborators, work: () => changeConsumer(change, () => body, collaborators) },
      );
    },
  );

  // The media type of a merge patch is read on this route alone.
  app.register(async (scoped) => {
    scoped.addContentTypeParser(
      mergePatchType,
      { parseAs: "string" },
      scoped.getDefaultJsonParser("error", "error"),
    );
    scoped.patch<ById & { Body: JsonObject }>(
      "/consumers/:id",
      {
        config,
        schema: {
          ...describe("consumers", "Changes fields of a consumer (RFC 7396).", answers),
          consumes: [mergePatchType, "application/json"],
          querystring,
          body: patchConsumerSchema,
        },
      },
      async (request, reply) => {
        const { body, actor, reach } = request;
        const revision = seenRevision(request.headers["if-match"]);
        const change = { idOrName: request.params.id, revision, actor, reach };
        return orConflict(
          { request, reply },
          { ...change, seen: revision, wantedOn: (seen) => patchedColumns(body, seen) },
          {
            collaborators,
            work: () =>
              changeConsumer(change, (stored) => validBody(request, patched(stored, body)), collaborators),
          },
        );
      },
    );
  });
}

function patched(stored: ConsumerRow, patch: JsonObject): JsonObject {
  // As a client gets it: nothing that is no JSON.
  const merged = patchObject(JSON.parse(JSON.stringify(consumerView(stored))), patch);
  // In a whole body, a connection string that is left out stays; here it was taken away.
  return patch["conn_string"] === null ? { ...merged, conn_string: null } : merged;
}

/** The patch on what its writer saw, with the secret as a kind. */
function patchedColumns(
  patch: JsonObject,
  seen: { readonly [column: string]: unknown },
): { readonly [column: string]: unknown } {
  const merged = patchObject(JSON.parse(JSON.stringify(seen)), { ...patch, conn_string: null });
  return { ...merged, conn_string: shownPatch(patch["conn_string"], seen["conn_string"]) };
}

function shownPatch(written: JsonValue | undefined, seen: unknown): unknown {
  if (written === undefined) return seen;
  return written === null ? null : { kind: "new" };
}
