import { createIdentityProvider, type IdentityProviderClient, type SignInProofs } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type LyingProvider,
  lyingProvider,
  type Signing,
  type Token,
} from "../support/oidc/lying-provider.ts";

const clientId = "gluttony";
const redirectUrl = "http://127.0.0.1:1/api/v1/session/oidc/callback";
const proofs: SignInProofs = { state: "s".repeat(43), nonce: "n".repeat(43), codeVerifier: "v".repeat(43) };
const claimsOf = (changes: object) => (token: Token) => ({
  ...token,
  claims: { ...token.claims, ...changes },
});
const headerOf = (changes: object) => (token: Token) => ({
  ...token,
  header: { ...token.header, ...changes },
});
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds;

interface Refusal {
  readonly code: string;
  readonly facts: object;
}

describe("answers of an identity provider that do not hold", () => {
  let liar: LyingProvider;
  let client: IdentityProviderClient;

  const clientOf = (issuer: string): IdentityProviderClient =>
    createIdentityProvider({
      issuer,
      clientId,
      clientSecret: async () => "a-secret-of-the-client",
      redirectUrl,
      scopes: ["openid"],
      wantedClaims: ["groups"],
    });
  const searchOf = (parts: { readonly [name: string]: string } = {}): string =>
    `?${new URLSearchParams({ code: "c", state: proofs.state, iss: liar.issuer, ...parts }).toString()}`;
  const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof GluttonyError)) throw new Error("not refused", { cause: error });
    // Tokens and claims are in no error: neither in its facts nor behind it.
    expect(error.cause).toBeUndefined();
    return { code: error.code, facts: error.facts };
  };

  beforeAll(async () => {
    liar = await lyingProvider(() => proofs.nonce, clientId);
  });
  beforeEach(async () => {
    client = clientOf(liar.issuer);
    liar.lie = (token) => token;
    liar.signing = "RS256";
    liar.describe = (description) => description;
    liar.status = 200;
    return () => client.close();
  });
  afterAll(() => liar?.[Symbol.asyncDispose]());

  test("the truth is believed, and the code is sent with its verifier", async () => {
    const claims = await client.finish(searchOf(), proofs);

    expect(claims).toMatchObject({ iss: liar.issuer, sub: "s-1", groups: ["admins"] });
    expect(Object.fromEntries(liar.asked.at(-1) ?? [])).toMatchObject({
      grant_type: "authorization_code",
      code: "c",
      code_verifier: proofs.codeVerifier,
      redirect_uri: redirectUrl,
    });
  });

  test("the browser is sent to the provider with state, nonce and a hashed verifier", async () => {
    const url = new URL(await client.begin(proofs));

    expect(`${url.origin}${url.pathname}`).toBe(`${liar.issuer}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      redirect_uri: redirectUrl,
      state: proofs.state,
      nonce: proofs.nonce,
      code_challenge_method: "S256",
    });
    expect(url.search).not.toContain(proofs.codeVerifier);
  });

  test.each<[string, (token: Token) => Token, string]>([
    ["a wrong nonce", claimsOf({ nonce: "x".repeat(43) }), "nonce"],
    ["no nonce", claimsOf({ nonce: undefined }), "form"],
    ["another audience", claimsOf({ aud: "another-client" }), "aud"],
    ["an audience beside us without the party", claimsOf({ aud: [clientId, "another"] }), "aud"],
    ["another party", claimsOf({ azp: "another-client" }), "azp"],
    ["an end that is past", claimsOf({ exp: secondsAgo(120) }), "exp"],
    ["a beginning to come", claimsOf({ nbf: secondsAgo(-600) }), "nbf"],
    ["another issuer", claimsOf({ iss: "https://elsewhere.example" }), "iss"],
    ["a key that is not offered", headerOf({ kid: "key-0" }), "key"],
    ["a key of its own", headerOf({ kid: "key-0", jwk: { kty: "RSA" }, jku: "http://127.0.0.1:1/" }), "key"],
    ["a signature of another kind", headerOf({ alg: "RS1" }), "alg"],
  ])("a token with %s is refused", async (_, lie, check) => {
    liar.lie = lie;

    const refused = await refusal(client.finish(searchOf(), proofs));

    expect(refused).toEqual({ code: "oidc.token_invalid", facts: { check } });
  });

  test.each<[Signing, string]>([
    ["none", "alg"],
    ["HS256 with the public key", "alg"],
    ["another key", "signature"],
  ])("a token signed by %s is refused, though the provider offers it", async (signing, check) => {
    liar.signing = signing;

    const refused = await refusal(client.finish(searchOf(), proofs));

    expect(refused).toEqual({ code: "oidc.token_invalid", facts: { check } });
  });

  test.each([
    ["names another issuer", { iss: "https://elsewhere.example" }],
    ["has another state", { state: "x".repeat(43) }],
    ["has no code", { code: "" }],
  ])("an answer that %s is refused before the code is sent", async (_, parts) => {
    const asked = liar.asked.length;

    const refused = await refusal(client.finish(searchOf(parts), proofs));

    expect(refused.code).toBe("oidc.answer_invalid");
    expect(liar.asked).toHaveLength(asked);
  });

  test("a refusal of the provider is told by the standard's word, and its own words are not", async () => {
    const known = await refusal(client.finish(searchOf({ error: "access_denied", code: "" }), proofs));
    const own = await refusal(
      client.finish(
        searchOf({ error: "zhang san may not", error_description: "zhang san", code: "" }),
        proofs,
      ),
    );

    expect(known).toEqual({ code: "oidc.denied", facts: { error: "access_denied" } });
    expect(own).toEqual({ code: "oidc.denied", facts: { error: "other" } });
  });

  test("keys that were exchanged between two sign-ins are known at once", async () => {
    await client.finish(searchOf(), proofs);
    liar.rotate();

    await expect(client.finish(searchOf(), proofs)).resolves.toMatchObject({ sub: "s-1" });
  });

  test.each<[string, object]>([
    ["another issuer", { issuer: "https://elsewhere.example" }],
    ["no keys", { jwks_uri: undefined }],
    ["no signature that we accept", { id_token_signing_alg_values_supported: ["none", "HS256"] }],
  ])("a provider that describes itself with %s is not used", async (_, changes) => {
    liar.describe = (description) => ({ ...description, ...changes });

    expect((await refusal(client.begin(proofs))).code).toBe("oidc.provider_invalid");
  });

  test("a code goes to no other machine in clear text", async () => {
    liar.describe = (description) => ({ ...description, token_endpoint: "http://192.0.2.1/token" });

    expect((await refusal(client.finish(searchOf(), proofs))).code).toBe("oidc.provider_invalid");
  });

  test("a provider that is down or fails is told as unreachable, and used again when it is back", async () => {
    const nobody = clientOf("http://127.0.0.1:1");
    liar.status = 503;

    const failing = await refusal(client.begin(proofs));
    const down = await refusal(nobody.begin(proofs));
    liar.status = 200;
    await nobody.close();

    expect([failing.code, down.code]).toEqual(["oidc.unreachable", "oidc.unreachable"]);
    await expect(client.begin(proofs)).resolves.toContain("/authorize?");
  });
});
