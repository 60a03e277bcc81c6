import { describe } from "../answers/describe.ts";
import { signedInAnswer, userAnswer } from "../answers/access.ts";
import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { hashOf, newSecret } from "../access/bearer.ts";
import { hashPassword, isPassword } from "../access/password.ts";
import { requireSession } from "../access/own-account.ts";
import { openAccess, recognisedAccess } from "../access/route-access.ts";
import { secretAnswer } from "../access/repeated-request.ts";
import { giveSession, sessionPrefix, sessionSecretOf, takeSession } from "../access/session-cookie.ts";
import type { AdminCollaborators } from "../ports.ts";
import { checkSameSite } from "../same-machine.ts";
import {
  type BootstrapBody,
  bootstrapSchema,
  type PasswordBody,
  passwordSchema,
  type SignInBody,
  signInSchema,
} from "../schemas/access.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { userView } from "../views/access.ts";

/** Tries of one address and name in a minute; a person who mistypes needs few, and who guesses needs many. */
const triesPerMinute = 10;

/** Signing in and out, the own password, and the first administrator. */
export function sessionRoutes(app: FastifyInstance, { access }: AdminCollaborators): void {
  const { accounts, sessions, audit } = access;
  const querystring = noQuerySchema;
  const rateLimit = {
    max: triesPerMinute,
    timeWindow: 60_000,
    hook: "preHandler" as const,
    keyGenerator: tryKeyOf,
    errorResponseBuilder: () => new GluttonyError("request.too_many"),
  };

  app.post<{ Body: SignInBody }>(
    "/session",
    {
      config: { ...openAccess.config, ...secretAnswer, rateLimit },
      schema: {
        ...describe("access", "Signs in, and gives the browser a session.", { 201: signedInAnswer }),
        querystring,
        body: signInSchema,
      },
    },
    async (request, reply) => {
      checkSameSite(request.method, request.headers);
      const { name, password } = request.body;
      const account = await accounts.get(name);
      const isRight = await isPassword(password, account?.password ?? null);
      if (account === null || account.name !== name || !isRight || account.isDisabled) {
        await audit.note(noteOf(`user:${name}`, "session.create", "refused"));
        throw new GluttonyError("session.refused");
      }
      const { secret, hash } = newSecret(sessionPrefix);
      const { expiresAt } = await sessions.begin(hash, account.id);
      await audit.note(noteOf(`user:${account.name}`, "session.create", "done"));
      giveSession(reply, { secret, expiresAt, isSecure: request.protocol === "https" });
      return reply.code(201).send({ user: userView(account), expiresAt: expiresAt.toISOString() });
    },
  );

  app.delete(
    "/session",
    { ...recognisedAccess, schema: { ...describe("access", "Signs out.", { 204: null }), querystring } },
    async (request, reply) => {
      const secret = sessionSecretOf(request);
      if (secret !== null) {
        await sessions.end(hashOf(secret));
        await audit.note(noteOf(request.actor, "session.delete", "done"));
      }
      takeSession(reply);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: PasswordBody }>(
    "/me::set-password",
    {
      config: { ...recognisedAccess.config, ...secretAnswer, rateLimit },
      schema: {
        ...describe("access", "Changes the own password, and ends all own sessions.", { 204: null }),
        querystring,
        body: passwordSchema,
      },
    },
    async (request, reply) => {
      const account = await accounts.get(requireSession(request).id);
      if (account === null) throw new GluttonyError("user.not_found");
      const isRight = await isPassword(request.body.current ?? "", account.password);
      if (!isRight) throw new GluttonyError("session.refused");
      await accounts.setPassword(account.id, await hashPassword(request.body.password), request.actor);
      takeSession(reply);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: BootstrapBody }>(
    "/bootstrap",
    {
      config: { ...openAccess.config, ...secretAnswer, rateLimit },
      schema: {
        ...describe("access", "Makes the first administrator, with a one-time token.", { 201: userAnswer }),
        querystring,
        body: bootstrapSchema,
      },
    },
    async (request, reply) => {
      const { token, name, password } = request.body;
      const account = await accounts.bootstrap(hashOf(token), {
        name,
        password: await hashPassword(password),
      });
      return reply.code(201).send(userView(account));
    },
  );
}

function tryKeyOf({ ip, body }: FastifyRequest): string {
  const name: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "name") : undefined;
  return `${ip} ${typeof name === "string" ? name : ""}`;
}

function noteOf(
  actor: string,
  action: string,
  result: "done" | "refused",
): Parameters<AdminCollaborators["access"]["audit"]["note"]>[0] {
  return { actor, action, targetKind: "session", targetId: null, reason: null, detail: {}, result };
}
