import { GluttonyError } from "@gluttony/model";
import * as openid from "openid-client";
import { createHttpClient } from "../http-json.ts";
import { providerError } from "./provider-error.ts";
import { type ProviderFetch, providerFetch } from "./provider-fetch.ts";

/** The provider, and as whom we ask it. */
export interface IdentityProviderSettings {
  /** As its tokens name it; https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Read anew for every sign-in, so that it may be rotated; null for a client without one. */
  readonly clientSecret: () => Promise<string | null>;
  /** Where the provider sends the browser back to; it knows the address beforehand. */
  readonly redirectUrl: string;
  readonly scopes: readonly string[];
  /** Claims that are asked for once more where the token lacks one of them. */
  readonly wantedClaims: readonly string[];
}

/** What only the browser that began a sign-in can know, and what is shown of it. */
export interface SignInProofs {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider says of a person; checked, and still foreign. */
export interface Claims {
  readonly [name: string]: unknown;
}

/** Signs people in by OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce. */
export interface IdentityProviderClient extends AsyncDisposable {
  /** The address that the browser is sent to. Throws `oidc.unreachable`, `oidc.provider_invalid`. */
  begin(proofs: SignInProofs): Promise<string>;
  /** The claims behind the answer that the browser brought back. Throws `oidc.*`; no token and no claim is in an error. */
  finish(search: string, proofs: SignInProofs): Promise<Claims>;
  close(): Promise<void>;
}

/** Signatures by public keys alone: with HS256 a public key could be taken for the shared one. */
const algorithms: readonly string[] =
  "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");
/** Milliseconds for which the provider's description of itself is believed. */
const descriptionMs = 300_000;
/** Seconds by which its clock may differ from ours. */
const leewaySeconds = 60;
/** Seconds for one question; a person waits. */
const timeoutSeconds = 10;
const answerBytesMax = 1024 * 1024;

export function createIdentityProvider(settings: IdentityProviderSettings): IdentityProviderClient {
  const http = createHttpClient({ answerBytesMax, concurrencyPerOrigin: 8 });
  const asking = new Provider(settings, providerFetch(http, timeoutSeconds * 1_000));
  const close = (): Promise<void> => http.close();
  return {
    begin: (proofs) => asking.begin(proofs),
    finish: (search, proofs) => asking.finish(search, proofs),
    close,
    [Symbol.asyncDispose]: close,
  };
}

class Provider {
  readonly #settings: IdentityProviderSettings;
  readonly #fetch: ProviderFetch;
  readonly #isLocal: boolean;
  #described: { readonly server: openid.ServerMetadata; readonly untilMs: number } | null = null;

  constructor(settings: IdentityProviderSettings, fetch: ProviderFetch) {
    this.#settings = settings;
    this.#fetch = fetch;
    this.#isLocal = new URL(settings.issuer).protocol === "http:";
  }

  begin({ state, nonce, codeVerifier }: SignInProofs): Promise<string> {
    return told(async () => {
      const config = await this.#configuration();
      return openid.buildAuthorizationUrl(config, {
        redirect_uri: this.#settings.redirectUrl,
        response_type: "code",
        scope: this.#settings.scopes.join(" "),
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      }).href;
    });
  }

  async finish(search: string, { state, nonce, codeVerifier }: SignInProofs): Promise<Claims> {
    try {
      return await told(async () => {
        const config = await this.#configuration();
        const url = new URL(this.#settings.redirectUrl);
        url.search = search;
        const isWhole = url.searchParams.has("error") || isOneCode(url.searchParams);
        if (!isWhole) throw new GluttonyError("oidc.answer_invalid");
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        };
        const tokens = await openid.authorizationCodeGrant(config, url, checks);
        return this.#claimsOf(config, tokens);
      });
    } catch (error) {
      // What was believed of it may be why.
      this.#described = null;
      throw error;
    }
  }

  async #claimsOf(
    config: openid.Configuration,
    tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers,
  ): Promise<Claims> {
    const claims = tokens.claims();
    if (claims === undefined) throw new GluttonyError("oidc.token_invalid", { check: "missing" });
    // The standard leaves it open for one audience; a token for another party is none for us.
    if (claims["azp"] !== undefined && claims["azp"] !== this.#settings.clientId)
      throw new GluttonyError("oidc.token_invalid", { check: "azp" });
    const isComplete = this.#settings.wantedClaims.every((name) => claims[name] !== undefined);
    if (isComplete || config.serverMetadata().userinfo_endpoint === undefined) return claims;
    // Checked to be of the same subject.
    const more = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
    return { ...more, ...claims };
  }

  /** Made anew for every question: so keys are read anew, and one that was exchanged is known at once. */
  async #configuration(): Promise<openid.Configuration> {
    const { clientId, clientSecret } = this.#settings;
    const server = await this.#description();
    const secret = await clientSecret();
    const metadata = { [openid.clockTolerance]: leewaySeconds };
    const config = new openid.Configuration(server, clientId, metadata, authenticationOf(server, secret));
    config[openid.customFetch] = this.#fetch;
    config.timeout = timeoutSeconds;
    if (this.#isLocal) openid.allowInsecureRequests(config);
    openid.enableNonRepudiationChecks(config);
    return config;
  }

  async #description(): Promise<openid.ServerMetadata> {
    const known = this.#described;
    if (known !== null && known.untilMs > performance.now()) return known.server;
    const { issuer, clientId } = this.#settings;
    const found = await openid.discovery(new URL(issuer), clientId, {}, openid.None(), {
      [openid.customFetch]: this.#fetch,
      timeout: timeoutSeconds,
      execute: this.#isLocal ? [openid.allowInsecureRequests] : [],
    });
    const server = checkedDescription(found.serverMetadata(), issuer);
    this.#described = { server, untilMs: performance.now() + descriptionMs };
    return server;
  }
}

/** Throws `oidc.provider_invalid` for a description of somebody else, or one that leaves nothing that we accept. */
function checkedDescription(described: openid.ServerMetadata, issuer: string): openid.ServerMetadata {
  const offered = described.id_token_signing_alg_values_supported ?? ["RS256"];
  const accepted = offered.filter((name) => algorithms.includes(name));
  const fault = faultOf(described, issuer) ?? (accepted.length === 0 ? "no signature that we accept" : null);
  if (fault !== null) throw new GluttonyError("oidc.provider_invalid", { seen: fault });
  return { ...described, id_token_signing_alg_values_supported: accepted };
}

function faultOf(described: openid.ServerMetadata, issuer: string): string | null {
  // One issuer for all tenants of a provider would let strangers in.
  if (new URL(described.issuer).href !== new URL(issuer).href) return "another issuer";
  const { authorization_endpoint: authorization, token_endpoint: token, jwks_uri: keys } = described;
  return [authorization, token, keys].every((url) => url !== undefined && URL.canParse(url))
    ? null
    : "a description without endpoints";
}

function isOneCode(parameters: URLSearchParams): boolean {
  const [code = "", ...more] = parameters.getAll("code");
  return code !== "" && more.length === 0;
}

function authenticationOf(server: openid.ServerMetadata, secret: string | null): openid.ClientAuth {
  if (secret === null) return openid.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  return methods.includes("client_secret_basic")
    ? openid.ClientSecretBasic(secret)
    : openid.ClientSecretPost(secret);
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw providerError(error);
  }
}
