import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { MemoryAccess } from "../support/memory-access.ts";
import { MemoryIdentity } from "../support/memory-identity.ts";
import { appOver } from "../support/small-house.ts";

type House = ReturnType<typeof appOver> & {
  readonly identity: MemoryIdentity;
  readonly access: MemoryAccess;
};

function houseWithProvider(): House {
  const access = new MemoryAccess();
  const identity = new MemoryIdentity(access);
  return { ...appOver({ access, identity }), identity, access };
}

/** The cookies that an answer sets, by their names. */
function cookiesOf(answer: { readonly headers: { readonly [name: string]: unknown } }): Map<string, string> {
  const set = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return new Map(set.map((one) => [one.slice(0, one.indexOf("=")), one]));
}

const headerOf = (cookie: string | undefined): string => cookie?.split(";")[0] ?? "";

async function begin(
  { app }: House,
  query = "",
): Promise<{ readonly cookie: string; readonly state: string }> {
  const answer = await app.inject({ url: `/api/v1/session/oidc${query}` });
  expect(answer.statusCode).toBe(302);
  const state = new URL(String(answer.headers.location)).searchParams.get("state") ?? "";
  return { cookie: headerOf(cookiesOf(answer).get("gluttony_sign_in")), state };
}

const finish = ({ app }: House, state: string, cookie: string) =>
  app.inject({ url: `/api/v1/session/oidc/callback?code=c&state=${state}`, headers: { cookie } });

test("who comes back from the provider gets a session of the usual kind, and a page that leads on", async () => {
  const house = houseWithProvider();
  const { cookie, state } = await begin(house, "?return=/console/consumers%3Fq=%3Cb%3E");

  const answer = await finish(house, state, cookie);

  const cookies = cookiesOf(answer);
  const session = cookies.get("gluttony_session") ?? "";
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('content="0;url=/console/consumers?q=%3Cb%3E"');
  expect(session).toMatch(/HttpOnly; Secure; SameSite=Strict/);
  expect(cookies.get("gluttony_sign_in")).toContain("Expires=Thu, 01 Jan 1970");
  const me = await house.app.inject({ url: "/api/v1/me", headers: { cookie: headerOf(session) } });
  expect(me.json()).toMatchObject({ kind: "session", grants: [{ role: "admin", scope: null }] });
  expect(house.access.notes.at(-1)).toMatchObject({ action: "session.create", result: "done" });
});

test("an answer is taken once, and only from the browser that began", async () => {
  const house = houseWithProvider();
  const mine = await begin(house);
  const other = await begin(house);

  const foreign = await finish(house, mine.state, other.cookie);
  const without = await finish(house, mine.state, "");
  const first = await finish(house, mine.state, mine.cookie);
  const again = await finish(house, mine.state, mine.cookie);

  expect([foreign, without, first, again].map(({ statusCode }) => statusCode)).toEqual([401, 401, 200, 401]);
  expect(again.json().code).toBe("oidc.attempt_unknown");
});

test("a sign-in that failed is used up, too", async () => {
  const house = houseWithProvider();
  const { cookie, state } = await begin(house);
  house.identity.claims = new GluttonyError("oidc.token_invalid", { check: "nonce" });

  const failed = await finish(house, state, cookie);
  house.identity.claims = { iss: "https://id.example", sub: "s-1", groups: ["admins"] };
  const again = await finish(house, state, cookie);

  expect([failed.json().code, again.json().code]).toEqual(["oidc.token_invalid", "oidc.attempt_unknown"]);
  expect(house.access.notes).toMatchObject([
    { actor: "identity-provider", result: "refused", detail: { code: "oidc.token_invalid", check: "nonce" } },
  ]);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\/evil.example",
  "/\t/evil.example",
  "evil",
  "javascript:alert(1)",
])("nobody is led to another site: %s", async (path) => {
  const house = houseWithProvider();

  const answer = await house.app.inject({ url: `/api/v1/session/oidc?return=${encodeURIComponent(path)}` });

  expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
  expect(house.identity.waiting.size).toBe(0);
});

test("the proofs differ from each other, and from those of the next sign-in", async () => {
  const house = houseWithProvider();

  await begin(house);
  const first = house.identity.begun;
  const { cookie } = await begin(house);
  const second = house.identity.begun;

  const all = [first, second].flatMap((proofs) => [proofs?.state, proofs?.nonce, proofs?.codeVerifier]);
  expect(new Set(all).size).toBe(6);
  expect(all.every((proof) => /^[A-Za-z0-9_-]{43}$/.test(proof ?? ""))).toBe(true);
  expect(all.some((proof) => cookie.includes(proof ?? ""))).toBe(false);
});

test("groups without a role, and a disabled account, are refused", async () => {
  const house = houseWithProvider();
  const signIn = async () => {
    const { cookie, state } = await begin(house);
    return (await finish(house, state, cookie)).json().code;
  };
  house.identity.claims = { iss: "https://id.example", sub: "s-1", groups: ["others"] };

  const without = await signIn();
  house.identity.claims = { iss: "https://id.example", sub: "s-2", groups: ["admins"] };
  await house.access.accounts.create(
    { name: "bob", grants: [], isDisabled: true },
    null,
    "https://id.example s-2",
  );

  expect([without, await signIn()]).toEqual(["oidc.no_role", "oidc.user_disabled"]);
});

test("with a provider, whoever sits at this machine is nobody, and a proxy may ask by its own name", async () => {
  const { app } = houseWithProvider();

  const local = await app.inject({ url: "/api/v1/me" });
  const proxied = await app.inject({
    url: "/api/v1/session",
    headers: { host: "gluttony.hospital.example" },
  });
  const rebound = await app.inject({ url: "/api/v1/session", headers: { host: "evil.example" } });

  expect([local.statusCode, proxied.statusCode, rebound.statusCode]).toEqual([401, 200, 403]);
  expect(proxied.json()).toEqual({ password: true, provider: { url: "/api/v1/session/oidc" } });
});

test("without a provider there is no way to one", async () => {
  const { app } = appOver();

  const ways = await app.inject({ url: "/api/v1/session" });
  const begun = await app.inject({ url: "/api/v1/session/oidc" });

  expect(ways.json().provider).toBeNull();
  expect([begun.statusCode, begun.json().code]).toEqual([404, "oidc.not_configured"]);
});

test("beginning again and again is slowed down", async () => {
  const { app } = houseWithProvider();

  const statuses: number[] = [];
  for (let times = 0; times < 61; times += 1)
    statuses.push((await app.inject({ url: "/api/v1/session/oidc" })).statusCode);

  expect(statuses.slice(0, 60).every((status) => status === 302)).toBe(true);
  expect(statuses[60]).toBe(429);
});
