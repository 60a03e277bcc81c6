import { describe } from "../answers/describe.ts";
import { rolePageAnswer, userAnswer, userPageAnswer } from "../answers/access.ts";
import { type Grant, GluttonyError, roleNames, roles, type UserAccount } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashPassword } from "../access/password.ts";
import { mayGive } from "../access/principal.ts";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs, recognisedAccess } from "../access/route-access.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import {
  type CreateUserBody,
  createUserSchema,
  type PasswordBody,
  passwordSchema,
  type ReplaceUserBody,
  replaceUserSchema,
} from "../schemas/access.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { userView, type UserView } from "../views/access.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const codes = { missing: "request.revision_required", stale: "user.stale_revision" } as const;
const querystring = noQuerySchema;

/** The people who may sign in, and what they may do. Nobody gives more than they have. */
export function userRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { accounts } = collaborators.access;
  const reading = needs("user.read", "all");
  const writing = needs("user.write", "all");

  app.get(
    "/roles",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Lists roles, and what each may do.", { 200: rolePageAnswer }),
        querystring,
      },
    },
    () => ({
      items: roleNames.map((name) => ({ name, permissions: roles[name] })),
      next: null,
    }),
  );

  app.get<{ Querystring: PagingQuery }>(
    "/users",
    {
      config: reading,
      schema: {
        ...describe("access", "Lists users.", { 200: userPageAnswer }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const { items, next } = pageOf(await accounts.list(), ({ name }) => name, page);
      return { items: items.map(userView), next };
    },
  );

  app.get<ById>(
    "/users/:id",
    {
      config: reading,
      schema: { ...describe("access", "Shows one user.", { 200: userAnswer }), querystring },
    },
    async (request, reply) => {
      const account = await foundUser(request.params.id, collaborators);
      reply.header("ETag", etagOf(account.revision));
      return userView(account);
    },
  );

  app.post<{ Body: CreateUserBody }>(
    "/users",
    {
      config: { ...writing, ...secretAnswer },
      schema: {
        ...describe("access", "Makes a user.", { 201: userAnswer }),
        querystring,
        body: createUserSchema,
      },
    },
    async (request, reply) => {
      const { name, password, grants, isDisabled } = request.body;
      requireOwn(request, grants);
      const hash = password === undefined ? null : await hashPassword(password);
      const account = await accounts.create(
        { name, grants, isDisabled: isDisabled ?? false },
        hash,
        request.actor,
      );
      reply.code(201).header("Location", `/api/v1/users/${account.id}`);
      return sendUser(account, reply);
    },
  );

  app.put<ById & { Body: ReplaceUserBody }>(
    "/users/:id",
    {
      config: writing,
      schema: {
        ...describe("access", "Brings a user to what the body says.", { 200: userAnswer }),
        querystring,
        body: replaceUserSchema,
      },
    },
    async (request, reply) => {
      const revision = seenRevision(request.headers["if-match"], codes);
      const account = await foundUser(request.params.id, collaborators);
      const { name, grants, isDisabled } = request.body;
      requireOwn(request, grants);
      const change = { actor: request.actor, revision };
      return sendUser(await accounts.update(account.id, { name, grants, isDisabled }, change), reply);
    },
  );

  app.delete<ById>(
    "/users/:id",
    { config: writing, schema: { ...describe("access", "Deletes a user.", { 204: null }), querystring } },
    async (request, reply) => {
      const revision = seenRevision(request.headers["if-match"], codes);
      const account = await foundUser(request.params.id, collaborators);
      await accounts.delete(account.id, { actor: request.actor, revision });
      return reply.code(204).send();
    },
  );

  app.post<ById & { Body: PasswordBody }>(
    "/users/:id([^:]+)::set-password",
    {
      config: { ...writing, ...secretAnswer },
      schema: {
        ...describe("access", "Gives a user a new password, and ends their sessions.", { 204: null }),
        querystring,
        body: passwordSchema,
      },
    },
    async ({ params, body, actor }, reply) => {
      const account = await foundUser(params.id, collaborators);
      await accounts.setPassword(account.id, await hashPassword(body.password), actor);
      return reply.code(204).send();
    },
  );
}

async function foundUser(idOrName: string, { access }: AdminCollaborators): Promise<UserAccount> {
  const account = await access.accounts.get(idOrName);
  if (account === null) throw new GluttonyError("user.not_found");
  return account;
}

/** Throws `grant.not_yours`. */
export function requireOwn({ principal }: FastifyRequest, grants: readonly Grant[]): void {
  if (principal !== null && mayGive(principal, grants)) return;
  throw new GluttonyError("grant.not_yours");
}

function sendUser(account: UserAccount, reply: FastifyReply): UserView {
  reply.header("ETag", etagOf(account.revision));
  return userView(account);
}
