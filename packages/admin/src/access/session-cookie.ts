import type { FastifyReply, FastifyRequest } from "fastify";

const cookieName = "gluttony_session";
/** A session's secret: 43 characters of base64url behind its prefix. */
const secretPattern = /^gls_[A-Za-z0-9_-]{43}$/;
export const sessionPrefix = "gls_";

/** The session that the browser shows; null without one that could be ours. */
export function sessionSecretOf({ cookies }: FastifyRequest): string | null {
  const value = cookies[cookieName];
  return value !== undefined && secretPattern.test(value) ? value : null;
}

/** Gives the browser the session. No script can read it, and no other site's page can use it. */
export function giveSession(
  reply: FastifyReply,
  session: { readonly secret: string; readonly expiresAt: Date; readonly isSecure: boolean },
): void {
  const { secret, expiresAt, isSecure } = session;
  reply.setCookie(cookieName, secret, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: isSecure,
    expires: expiresAt,
  });
}

export function takeSession(reply: FastifyReply): void {
  reply.clearCookie(cookieName, { path: "/", httpOnly: true, sameSite: "strict" });
}
