import { GluttonyError, toGluttonyError, type UserAccount } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hashOf, isSameSecret, newSecret } from "../access/bearer.ts";
import { personOfClaims } from "../access/person-of-claims.ts";
import { returnPage, returnPathOf } from "../access/return-path.ts";
import { openAccess } from "../access/route-access.ts";
import { giveSession, sessionPrefix } from "../access/session-cookie.ts";
import {
  giveSignInSecret,
  newSignInSecret,
  proofsOf,
  signInSecretOf,
  takeSignInSecret,
} from "../access/sign-in-proofs.ts";
import { waysAnswer } from "../answers/access.ts";
import { describe, describeText } from "../answers/describe.ts";
import type { Identity, SignInProofs } from "../identity-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { type BeginQuery, beginQuerySchema, finishQuerySchema } from "../schemas/sign-in.ts";

/** Milliseconds that a person may take at the provider. */
const attemptMs = 600_000;
/** Requests of one address in a minute; behind a proxy all people have one. */
const perMinute = 60;
const beginPath = "/session/oidc";

/** Signing in through the hospital's identity provider. */
export function providerSignInRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { identity } = collaborators;
  const errorResponseBuilder = (): GluttonyError => new GluttonyError("request.too_many");
  const rateLimit = { max: perMinute, timeWindow: 60_000, errorResponseBuilder };
  const config = { ...openAccess.config, rateLimit };

  app.get(
    "/session",
    {
      config: openAccess.config,
      schema: {
        ...describe("access", "Says how one may sign in.", { 200: waysAnswer }),
        querystring: noQuerySchema,
      },
    },
    () => ({ password: true, provider: identity === undefined ? null : { url: `/api/v1${beginPath}` } }),
  );

  app.get<{ Querystring: BeginQuery }>(
    beginPath,
    {
      config,
      schema: {
        ...describe("access", "Sends the browser to the identity provider.", { 302: null }),
        querystring: beginQuerySchema,
      },
    },
    async ({ query }, reply) => {
      const known = configured(identity);
      const returnTo = returnPathOf(query.return, known.publicUrl);
      const secret = newSignInSecret();
      const proofs = proofsOf(secret);
      const url = await known.provider.begin(proofs);
      await known.attempts.begin(hashOf(proofs.state), { returnTo, validMs: attemptMs });
      giveSignInSecret(reply, { secret, validMs: attemptMs, isSecure: isSecure(known) });
      return reply.redirect(url, 302);
    },
  );

  app.get(
    `${beginPath}/callback`,
    {
      config,
      schema: {
        ...describeText(
          "access",
          "Takes what the identity provider answered, and gives a session.",
          "text/html",
        ),
        querystring: finishQuerySchema,
      },
    },
    async (request, reply) => {
      const known = configured(identity);
      const { proofs, returnTo } = await attemptOf(request, known);
      // Used up, whatever comes of it.
      takeSignInSecret(reply);
      const account = await audited(collaborators, () => accountOf(request, known, proofs));
      await beginSession(reply, { account, isSecure: isSecure(known) }, collaborators);
      return reply.type("text/html; charset=utf-8").send(returnPage(returnTo));
    },
  );
}

function configured(identity: Identity | undefined): Identity {
  if (identity === undefined) throw new GluttonyError("oidc.not_configured");
  return identity;
}

function isSecure({ publicUrl }: Identity): boolean {
  return publicUrl.startsWith("https:");
}

interface Attempt {
  readonly proofs: SignInProofs;
  readonly returnTo: string;
}

/** The sign-in that this very browser began. Throws `oidc.attempt_unknown`. */
async function attemptOf(request: FastifyRequest, { attempts }: Identity): Promise<Attempt> {
  const secret = signInSecretOf(request);
  const proofs = secret === null ? null : proofsOf(secret);
  const state: unknown = Reflect.get(request.query as object, "state");
  if (proofs === null || typeof state !== "string" || !isSameSecret(state, proofs.state))
    throw new GluttonyError("oidc.attempt_unknown");
  const attempt = await attempts.use(hashOf(state));
  if (attempt === null) throw new GluttonyError("oidc.attempt_unknown");
  return { proofs, returnTo: attempt.returnTo };
}

/** Whose account it is. Throws `oidc.*`. */
async function accountOf(
  request: FastifyRequest,
  { provider, rules, accounts }: Identity,
  proofs: SignInProofs,
): Promise<UserAccount> {
  const at = request.url.indexOf("?");
  const claims = await provider.finish(at === -1 ? "" : request.url.slice(at), proofs);
  const person = personOfClaims(claims, rules);
  const account = await accounts.follow(person);
  if (account?.isDisabled === true) throw new GluttonyError("oidc.user_disabled");
  if (account === null || person.grants.length === 0) throw new GluttonyError("oidc.no_role");
  return account;
}

/** Notes a refusal with its code; whom it was about is not known, or not to be told. */
async function audited(
  { access }: AdminCollaborators,
  work: () => Promise<UserAccount>,
): Promise<UserAccount> {
  try {
    return await work();
  } catch (error) {
    const { code, facts } = toGluttonyError(error);
    const check = facts["check"] ?? null;
    await access.audit.note({
      ...noteOf("identity-provider", "refused"),
      detail: { by: "identity-provider", code, check },
    });
    throw error;
  }
}

async function beginSession(
  reply: FastifyReply,
  { account, isSecure: secure }: { readonly account: UserAccount; readonly isSecure: boolean },
  { access }: AdminCollaborators,
): Promise<void> {
  const { secret, hash } = newSecret(sessionPrefix);
  const { expiresAt } = await access.sessions.begin(hash, account.id);
  await access.audit.note({
    ...noteOf(`user:${account.name}`, "done"),
    detail: { by: "identity-provider" },
  });
  giveSession(reply, { secret, expiresAt, isSecure: secure });
}

function noteOf(
  actor: string,
  result: "done" | "refused",
): Omit<Parameters<AdminCollaborators["access"]["audit"]["note"]>[0], "detail"> {
  return { actor, action: "session.create", targetKind: "session", targetId: null, reason: null, result };
}
