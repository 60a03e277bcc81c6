import { type Fault, GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { newSecret, tokenPrefix } from "../access/bearer.ts";
import { ownSessionHash, requireAccount, requireSession } from "../access/own-account.ts";
import { secretAnswer } from "../access/repeated-request.ts";
import { recognisedAccess } from "../access/route-access.ts";
import { requireTokenDays } from "../access/token-days.ts";
import { meAnswer, newTokenAnswer, tokenAnswer, tokenPageAnswer } from "../answers/access.ts";
import { describe } from "../answers/describe.ts";
import { endedAnswer, sessionPageAnswer } from "../answers/me.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { OwnProfile } from "../own-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import { type MeBody, meBodySchema, type OwnTokenBody, ownTokenSchema } from "../schemas/me.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { tokenView } from "../views/access.ts";
import { type MeView, meView, sessionView } from "../views/me.ts";
import { requireOwn } from "./users.ts";

const dayMs = 86_400_000;
const codes = { missing: "request.revision_required", stale: "user.stale_revision" } as const;
const querystring = noQuerySchema;

interface ById {
  readonly Params: { readonly id: string };
}

/** Who asks, and what is theirs: what they say of themselves, where they are signed in, and their tokens. */
export function meRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  profileRoutes(app, collaborators);
  ownSessionRoutes(app, collaborators);
  ownTokenRoutes(app, collaborators);
}

function profileRoutes(app: FastifyInstance, { access: { own } }: AdminCollaborators): void {
  app.get(
    "/me",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Says who asks, and what they may do.", { 200: meAnswer }),
        querystring,
      },
    },
    async (request, reply) => {
      const id = request.principal?.userId ?? null;
      const profile = id === null ? null : await own.profile(id);
      return sendMe(request, reply, profile);
    },
  );

  app.patch<{ Body: MeBody }>(
    "/me",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Changes what one says of oneself.", { 200: meAnswer }),
        querystring,
        body: meBodySchema,
      },
    },
    async (request, reply) => {
      const id = requireAccount(request);
      const revision = seenRevision(request.headers["if-match"], codes);
      requireTimeZone(request.body.timeZone ?? null);
      return sendMe(request, reply, await own.change(id, request.body, { actor: request.actor, revision }));
    },
  );
}

function sendMe(request: FastifyRequest, reply: FastifyReply, profile: OwnProfile | null): MeView {
  if (profile !== null) reply.header("ETag", etagOf(profile.revision));
  return meView(request.principal, profile);
}

/** Throws `request.invalid` for a zone that this machine's calendar does not know. */
function requireTimeZone(written: string | null): void {
  if (written === null) return;
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
  } catch (cause) {
    const fault: Fault = { path: "/timeZone", message: "No such time zone.", suggestion: "Asia/Shanghai" };
    throw new GluttonyError("request.invalid", {}, { faults: [fault], cause });
  }
}

function ownSessionRoutes(app: FastifyInstance, { access: { own, audit } }: AdminCollaborators): void {
  const noteEnd = (actor: string, targetId: string | null, ended: number): Promise<void> =>
    audit.note({
      actor,
      action: "session.delete",
      targetKind: "session",
      targetId,
      reason: null,
      detail: { ended },
      result: "done",
    });

  app.get<{ Querystring: PagingQuery }>(
    "/me/sessions",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Lists where one is signed in.", { 200: sessionPageAnswer }),
        querystring: releasesQuerySchema,
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const sessions = await own.sessions(requireAccount(request), ownSessionHash(request));
      const { items, next } = pageOf(sessions, ({ id }) => id, { limit: limitOf(limit), cursor });
      return { items: items.map(sessionView), next };
    },
  );

  app.post<ById>(
    "/me/sessions/:id([^:]+)::end",
    {
      ...recognisedAccess,
      schema: { ...describe("access", "Ends one of the own sessions.", { 204: null }), querystring },
    },
    async (request, reply) => {
      const { id } = request.params;
      await own.endSession(requireAccount(request), id);
      await noteEnd(request.actor, id, 1);
      return reply.code(204).send();
    },
  );

  app.post(
    "/me/sessions::end-others",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Ends all own sessions but the one that asks.", { 200: endedAnswer }),
        querystring,
      },
    },
    async (request) => {
      const ended = await own.endOtherSessions(requireAccount(request), ownSessionHash(request));
      await noteEnd(request.actor, null, ended);
      return { ended };
    },
  );
}

function ownTokenRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { own } = collaborators.access;
  app.get<{ Querystring: PagingQuery }>(
    "/me/tokens",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Lists the own tokens, without their secrets.", { 200: tokenPageAnswer }),
        querystring: releasesQuerySchema,
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const tokens = await own.tokens(requireAccount(request));
      const page = { limit: limitOf(limit), cursor };
      const { items, next } = pageOf(tokens, ({ name, id }) => `${name}\u0000${id}`, page);
      return { items: items.map(tokenView), next };
    },
  );

  app.post<{ Body: OwnTokenBody }>(
    "/me/tokens",
    {
      config: { ...recognisedAccess.config, ...secretAnswer },
      schema: {
        ...describe("access", "Makes a token of one's own; its secret is in this answer only.", {
          201: newTokenAnswer,
        }),
        querystring,
        body: ownTokenSchema,
      },
    },
    async (request, reply) => {
      const { principal, id } = requireSession(request);
      const { name, grants = principal.grants, expiresInDays } = request.body;
      requireOwn(request, grants);
      await requireTokenDays(expiresInDays, "ownToken.daysMax", collaborators);
      const { secret, hash: tokenHash, shown } = newSecret(tokenPrefix);
      const expiresAt = new Date(Date.now() + expiresInDays * dayMs);
      const draft = { name, shown, tokenHash, grants, expiresAt };
      const token = await own.createToken(id, draft, request.actor);
      return reply.code(201).send({ ...tokenView(token), secret });
    },
  );

  app.post<ById>(
    "/me/tokens/:id([^:]+)::revoke",
    {
      ...recognisedAccess,
      schema: {
        ...describe("access", "Lets one of the own tokens open nothing from now on.", { 200: tokenAnswer }),
        querystring,
      },
    },
    async (request) =>
      tokenView(await own.revokeToken(requireAccount(request), request.params.id, request.actor)),
  );
}
