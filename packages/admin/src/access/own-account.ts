import { GluttonyError } from "@gluttony/model";
import type { FastifyRequest } from "fastify";
import { hashOf } from "./bearer.ts";
import type { Principal } from "./principal.ts";
import { sessionSecretOf } from "./session-cookie.ts";

/** The account of who asks, whether by a session or by a token of their own. Throws `me.no_account`. */
export function requireAccount({ principal }: Pick<FastifyRequest, "principal">): string {
  const id = principal?.userId ?? null;
  if (id === null) throw new GluttonyError("me.no_account");
  return id;
}

/**
 * What makes a way in is done by a person who is signed in: a token that leaked makes no successor of itself.
 * Throws `me.no_account`, `me.session_required`.
 */
export function requireSession({ principal }: Pick<FastifyRequest, "principal">): {
  readonly principal: Principal;
  readonly id: string;
} {
  const id = requireAccount({ principal });
  if (principal?.kind !== "session") throw new GluttonyError("me.session_required");
  return { principal, id };
}

/** The hash of the session that asks; null where none does. */
export function ownSessionHash(request: FastifyRequest): Buffer | null {
  const secret = request.principal?.kind === "session" ? sessionSecretOf(request) : null;
  return secret === null ? null : hashOf(secret);
}
