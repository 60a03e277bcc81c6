import { GluttonyError, type NamedSecret } from "@gluttony/model";
import type { FastifyInstance, FastifyReply } from "fastify";
import { describe } from "../answers/describe.ts";
import { secretAnswer, secretPageAnswer } from "../answers/secrets.ts";
import { needs } from "../access/route-access.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { type PutSecretBody, putSecretSchema } from "../schemas/secrets.ts";
import { secretView, type SecretView } from "../views/secret.ts";
import { wantedSecret } from "../wanted-secret.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const codes = { missing: "request.revision_required", stale: "secret.stale_revision" } as const;
const querystring = noQuerySchema;

/** Secrets under names of ours: a value goes in, and is never answered. */
export function secretRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const reading = needs("secret.read", "all");
  const writing = needs("secret.write", "all");

  app.get<{ Querystring: PagingQuery }>(
    "/secrets",
    {
      config: reading,
      schema: {
        ...describe("secrets", "Lists secrets without their values, and who refers to each.", {
          200: secretPageAnswer,
        }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const { items, next } = pageOf(await collaborators.secrets.list(), ({ name }) => name, page);
      return { items: items.map(secretView), next };
    },
  );

  app.get<ById>(
    "/secrets/:id",
    {
      config: reading,
      schema: {
        ...describe("secrets", "Shows one secret without its value.", { 200: secretAnswer }),
        querystring,
      },
    },
    async (request, reply) => {
      const secret = await foundSecret(request.params.id, collaborators);
      reply.header("ETag", etagOf(secret.revision));
      return secretView(secret);
    },
  );

  app.put<ById & { Body: PutSecretBody }>(
    "/secrets/:id",
    {
      config: writing,
      schema: {
        ...describe(
          "secrets",
          "Sets or clears a secret on the revision seen; with If-None-Match: * makes a new one.",
          {
            200: secretAnswer,
            201: secretAnswer,
          },
        ),
        querystring,
        body: putSecretSchema,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const isNew = request.headers["if-none-match"] === "*";
      const stored = isNew ? null : await foundSecret(id, collaborators);
      const revision = isNew ? null : seenRevision(request.headers["if-match"], codes);
      const wanted = wantedSecret(id, request.body.value, stored !== null);
      if ("fault" in wanted) throw new GluttonyError("request.invalid", {}, { faults: [wanted.fault] });
      const change = { actor: request.actor, revision };
      const secret = await collaborators.secrets.put(id, wanted.value, change);
      if (isNew) reply.code(201).header("Location", `/api/v1/secrets/${id}`);
      return sendSecret(secret, reply);
    },
  );

  app.delete<ById>(
    "/secrets/:id",
    {
      config: writing,
      schema: {
        ...describe("secrets", "Deletes a secret that nothing refers to.", { 204: null }),
        querystring,
      },
    },
    async (request, reply) => {
      const revision = seenRevision(request.headers["if-match"], codes);
      await collaborators.secrets.delete(request.params.id, { actor: request.actor, revision });
      return reply.code(204).send();
    },
  );
}

// What was asked for may be anything, so it is not told back.
async function foundSecret(id: string, { secrets }: AdminCollaborators): Promise<NamedSecret> {
  const secret = await secrets.get(id);
  if (secret === null) throw new GluttonyError("secret.not_found");
  return secret;
}

function sendSecret(secret: NamedSecret, reply: FastifyReply): SecretView {
  reply.header("ETag", etagOf(secret.revision));
  return secretView(secret);
}
