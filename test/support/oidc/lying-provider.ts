import { createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A token as it is before it is signed. */
export interface Token {
  readonly header: { readonly [name: string]: unknown };
  readonly claims: { readonly [name: string]: unknown };
}

/** How a token is signed. */
export type Signing = "RS256" | "HS256 with the public key" | "none" | "another key";

/** A stand-in for a provider, with real keys, that can be made to lie. */
export interface LyingProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Changes the next tokens. */
  lie: (token: Token) => Token;
  signing: Signing;
  /** Changes what the provider says of itself. */
  describe: (description: { readonly [name: string]: unknown }) => object;
  /** The status of all its answers. */
  status: number;
  /** What the token's endpoint was sent, newest last. */
  readonly asked: URLSearchParams[];
  /** Signs with another key from now on, and offers that one alone. */
  rotate(): void;
}

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The nonce of the sign-in is put into its tokens by whoever began it: `nonceOf` says it. */
export async function lyingProvider(nonceOf: () => string, clientId: string): Promise<LyingProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let key = newKey("key-1");
  let keys = 1;
  const stranger = newKey("key-1");
  const provider: LyingProvider = {
    issuer,
    lie: (token) => token,
    signing: "RS256",
    describe: (description) => description,
    status: 200,
    asked: [],
    rotate: () => {
      keys += 1;
      key = newKey(`key-${keys}`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const tokenNow = (): string => {
    const now = Math.floor(Date.now() / 1_000);
    const truth = {
      header: { alg: "RS256", kid: key.kid },
      claims: {
        ...{ iss: issuer, sub: "s-1", aud: clientId, iat: now, exp: now + 300, nonce: nonceOf() },
        ...{ preferred_username: "ann", groups: ["admins"] },
      },
    };
    return signed(provider.lie(truth), provider.signing, { key, stranger });
  };
  server.on("request", (request, response) => {
    const path = new URL(request.url ?? "/", issuer).pathname;
    let sent = "";
    request.on("data", (chunk: Buffer) => void (sent += chunk.toString("utf8")));
    request.on("end", () => {
      if (path === "/.well-known/openid-configuration")
        return answer(response, provider.describe(description(issuer)), provider.status);
      if (path === "/jwks") return answer(response, { keys: [publicJwk(key)] }, provider.status);
      provider.asked.push(new URLSearchParams(sent));
      const tokens = { access_token: "at", token_type: "Bearer", id_token: tokenNow() };
      return answer(response, tokens, provider.status);
    });
  });
  return provider;
}

function description(issuer: string): { readonly [name: string]: unknown } {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
    authorization_response_iss_parameter_supported: true,
  };
}

function answer(response: ServerResponse, body: object, status: number): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function newKey(kid: string): Key {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2_048 }) };
}

function publicJwk({ kid, publicKey }: Key): object {
  return { ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

function signed(
  { header, claims }: Token,
  signing: Signing,
  { key, stranger }: { readonly key: Key; readonly stranger: Key },
): string {
  const alg = signing === "none" ? "none" : signing.startsWith("HS256") ? "HS256" : header["alg"];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ ...header, alg })}.${part(claims)}`;
  if (signing === "none") return `${input}.`;
  if (signing.startsWith("HS256")) {
    const pem = key.publicKey.export({ type: "spki", format: "pem" });
    return `${input}.${createHmac("sha256", pem).update(input).digest("base64url")}`;
  }
  const signer = signing === "another key" ? stranger : key;
  return `${input}.${createSign("sha256").update(input).sign(signer.privateKey, "base64url")}`;
}
