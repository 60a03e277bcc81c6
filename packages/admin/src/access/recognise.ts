import { GluttonyError } from "@gluttony/model";
import type { FastifyRequest } from "fastify";
import type { AdminCollaborators } from "../ports.ts";
import { checkSameMachine, checkSameSite } from "../same-machine.ts";
import { type AdminSettings, hasToken } from "../settings.ts";
import { bearerOf, hashOf, isSameSecret, tokenPrefix } from "./bearer.ts";
import { localPrincipal, mayGive, type Principal, rootPrincipal } from "./principal.ts";
import type { RouteAccess } from "./route-access.ts";
import { sessionSecretOf } from "./session-cookie.ts";

/** Milliseconds for which it is believed that nobody has an account yet. */
const noAccountMs = 2_000;

/** Says who asks; throws `request.unauthorized`, `request.forbidden`. Denies by default. */
export class Recogniser {
  readonly #access: AdminCollaborators["access"];
  readonly #identity: AdminCollaborators["identity"];
  readonly #settings: AdminSettings;
  #noAccountUntil = 0;

  constructor(
    { access, identity }: Pick<AdminCollaborators, "access" | "identity">,
    settings: AdminSettings,
  ) {
    this.#access = access;
    this.#identity = identity;
    this.#settings = settings;
  }

  /** Null for a route that is open to anybody. */
  async recognise(request: FastifyRequest, access: RouteAccess | null): Promise<Principal | null> {
    // A page whose name was re-bound to this machine reads nothing, not even what is open.
    if (!hasToken(this.#settings)) {
      checkSameMachine(request.method, request.headers, this.#identity?.publicUrl);
    }
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
    const { id, grants, owner } = found;
    if (owner === null) return { actor: `token:${id}`, kind: "token", grants, userId: null };
    // A person's token never opens more than the person may do now.
    const held = grants.filter((grant) => mayGive(owner, [grant]));
    return { actor: `token:${id}`, kind: "token", grants: held, userId: owner.userId };
  }

  async #ofSession(secret: string, request: FastifyRequest): Promise<Principal> {
    const found = await this.#access.sessions.find(hashOf(secret));
    if (found === null) throw refused("a session that has ended");
    // The browser sends the cookie by itself, also when a foreign page made it ask.
    checkSameSite(request.method, request.headers);
    const { name, grants, userId, language } = found;
    return { actor: `user:${name}`, kind: "session", grants, userId, language };
  }

  /**
   * Without a token, an account and an identity provider, whoever sits at this machine is its administrator. A proxy that people
   * sign in through sits there, too.
   */
  async #ofNobody(): Promise<Principal> {
    const isClosed = hasToken(this.#settings) || this.#identity !== undefined;
    if (isClosed || (await this.#hasAccount())) throw refused("no bearer token");
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
