import { describe } from "../answers/describe.ts";
import { newTokenAnswer, tokenAnswer, tokenPageAnswer } from "../answers/access.ts";
import type { FastifyInstance } from "fastify";
import { newSecret, tokenPrefix } from "../access/bearer.ts";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs } from "../access/route-access.ts";
import { requireTokenDays } from "../access/token-days.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type CreateTokenBody, createTokenSchema } from "../schemas/access.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { tokenView } from "../views/access.ts";
import { requireOwn } from "./users.ts";

const dayMs = 86_400_000;
const querystring = noQuerySchema;

/** Tokens of programs. A secret is in the answer that makes it, and nowhere else ever. */
export function tokenRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { tokens } = collaborators.access;

  app.get<{ Querystring: PagingQuery }>(
    "/tokens",
    {
      config: needs("token.read", "all"),
      schema: {
        ...describe("access", "Lists tokens, without their secrets.", { 200: tokenPageAnswer }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const { items, next } = pageOf(await tokens.list(), ({ name, id }) => `${name}\u0000${id}`, page);
      return { items: items.map(tokenView), next };
    },
  );

  app.post<{ Body: CreateTokenBody }>(
    "/tokens",
    {
      config: { ...needs("token.write", "all"), ...secretAnswer },
      schema: {
        ...describe("access", "Makes a token; its secret is in this answer only.", { 201: newTokenAnswer }),
        querystring,
        body: createTokenSchema,
      },
    },
    async (request, reply) => {
      const { name, grants, expiresInDays } = request.body;
      requireOwn(request, grants);
      await requireTokenDays(expiresInDays, "token.daysMax", collaborators);
      const { secret, hash: tokenHash, shown } = newSecret(tokenPrefix);
      const expiresAt = new Date(Date.now() + expiresInDays * dayMs);
      const token = await tokens.create({ name, shown, tokenHash, grants, expiresAt }, request.actor);
      return reply.code(201).send({ ...tokenView(token), secret });
    },
  );

  app.post<{ Params: { readonly id: string } }>(
    "/tokens/:id([^:]+)::revoke",
    {
      config: needs("token.write", "all"),
      schema: {
        ...describe("access", "Lets a token open nothing from now on.", { 200: tokenAnswer }),
        querystring,
      },
    },
    async ({ params, actor }) => tokenView(await tokens.revoke(params.id, actor)),
  );
}
