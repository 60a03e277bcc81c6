import { createHash, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SignInProofs } from "../identity-ports.ts";

const cookieName = "gluttony_sign_in";
const secretPattern = /^[A-Za-z0-9_-]{43}$/;
const secretBytes = 32;

/** What a browser keeps while a person is at the provider: 256 random bits. */
export function newSignInSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

/**
 * State, nonce and code verifier, each a hash of the browser's secret: an answer that another browser brings, or that belongs to
 * another sign-in, fits none of them. The state, which is in addresses, tells nothing of the others. Pure.
 */
export function proofsOf(secret: string): SignInProofs {
  const derived = (purpose: string): string =>
    createHash("sha256").update(`${purpose} ${secret}`, "utf8").digest("base64url");
  return { state: derived("state"), nonce: derived("nonce"), codeVerifier: derived("code verifier") };
}

/** Lax, because the provider's page leads back here; it opens nothing by itself. */
export function giveSignInSecret(
  reply: FastifyReply,
  {
    secret,
    validMs,
    isSecure,
  }: { readonly secret: string; readonly validMs: number; readonly isSecure: boolean },
): void {
  reply.setCookie(cookieName, secret, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure,
    maxAge: Math.floor(validMs / 1_000),
  });
}

/** Null without one that could be ours. */
export function signInSecretOf({ cookies }: FastifyRequest): string | null {
  const value = cookies[cookieName];
  return value !== undefined && secretPattern.test(value) ? value : null;
}

export function takeSignInSecret(reply: FastifyReply): void {
  reply.clearCookie(cookieName, { path: "/", httpOnly: true, sameSite: "lax" });
}
