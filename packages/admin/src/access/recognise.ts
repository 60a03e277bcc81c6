import { GluttonyError } from "@gluttony/model";
import type { FastifyRequest } from "fastify";
import type { AdminCollaborators } from "../ports.ts";
import { checkSameMachine, checkSameSite } from "../same-machine.ts";
import { type AdminSettings, hasToken } from "../settings.ts";
import { bearerOf, hashOf, isSameSecret, tokenPrefix } from "./bearer.ts";
import { localPrincipal, type Principal, rootPrincipal } from "./principal.ts";
import type { RouteAccess } from "./route-access.ts";
import { sessionSecretOf } from "./session-cookie.ts";

/** Milliseconds for which it is believed that nobody has an account yet. */
const noAccountMs = 2_000;

/** Says who asks; throws `request.unauthorized`, `request.forbidden`. Denies by default. */
export class Recogniser {
  readonly #access: AdminCollaborators["access"];
  readonly #settings: AdminSettings;
  #noAccountUntil = 0;

  constructor({ access }: Pick<AdminCollaborators, "access">, settings: AdminSettings) {
    this.#access = access;
    this.#settings = settings;
  }

  /** Null for a route that is open to anybody. */
  async recognise(request: FastifyRequest, access: RouteAccess | null): Promise<Principal | null> {
    // A page whose name was re-bound to this machine reads nothing, not even what is open.
    if (!hasToken(this.#settings)) checkSameMachine(request.method, request.headers);
    if (access === "open") return null;
    const bearer = bearerOf(request.headers.authorization);
    if (bearer !== null) return this.#ofBearer(bearer);
    if (request.headers.authorization !== undefined) throw refused("no bearer token");
    const session = sessionSecretOf(request);
    if (session !== null) return this.#ofSession(session, request);
    return this.#ofNobody();
  }

  async #ofBearer(bearer: string): Promise<Principal> {
    const { token } = this.#settings;
    if (token !== undefined && hasToken(this.#settings) && isSameSecret(bearer, token)) return rootPrincipal;
    const found = bearer.startsWith(tokenPrefix) ? await this.#access.tokens.find(hashOf(bearer)) : null;
    if (found === null) throw refused("a wrong token");
    return { actor: `token:${found.id}`, kind: "token", grants: found.grants, userId: null };
  }

  async #ofSession(secret: string, request: FastifyRequest): Promise<Principal> {
    const found = await this.#access.sessions.find(hashOf(secret));
    if (found === null) throw refused("a session that has ended");
    // The browser sends the cookie by itself, also when a foreign page made it ask.
    checkSameSite(request.method, request.headers);
    return { actor: `user:${found.name}`, kind: "session", grants: found.grants, userId: found.userId };
  }

  /** Without a token and an account, whoever sits at this machine is its administrator. */
  async #ofNobody(): Promise<Principal> {
    if (hasToken(this.#settings) || (await this.#hasAccount())) throw refused("no bearer token");
    return localPrincipal;
  }

  async #hasAccount(): Promise<boolean> {
    const now = performance.now();
    if (now < this.#noAccountUntil) return false;
    const hasAny = await this.#access.accounts.hasAny();
    this.#noAccountUntil = hasAny ? 0 : now + noAccountMs;
    return hasAny;
  }
}

function refused(seen: string): GluttonyError {
  return new GluttonyError("request.unauthorized", { seen });
}
