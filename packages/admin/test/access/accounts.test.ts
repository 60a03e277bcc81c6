import { expect, test } from "vitest";
import { hashOf } from "../../src/access/bearer.ts";
import { hashPassword, isPassword } from "../../src/access/password.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver } from "../support/small-house.ts";

const password = "a long enough password";
const everything = [{ role: "admin", scope: null }] as const;

async function houseWithAnn(): Promise<ReturnType<typeof appOver> & { readonly cookie: string }> {
  const built = appOver();
  const { accounts } = built.house.access;
  await accounts.create(
    { name: "ann", grants: everything, isDisabled: false },
    await hashPassword(password),
    "setup",
  );
  const answer = await built.app.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { name: "ann", password },
  });
  expect(answer.statusCode).toBe(201);
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  return { ...built, cookie };
}

test("a password is kept as a salted hash and recognised again, in whatever form it was typed", async () => {
  const first = await hashPassword("pässword pässword");
  const second = await hashPassword("pässword pässword");

  expect(first).not.toBe(second);
  expect(first).not.toContain("ssword");
  expect(await isPassword("pa\u0308ssword pa\u0308ssword", first)).toBe(true);
  expect(await isPassword("password password", first)).toBe(false);
  expect(await isPassword("password password", null)).toBe(false);
});

test("the first administrator is made with the one-time token, and nobody by it afterwards", async () => {
  const { app, house } = appOver();
  house.access.bootstrapHash = hashOf("glb_once").toString("hex");
  const bootstrap = (token: string) =>
    app.inject({ method: "POST", url: "/api/v1/bootstrap", payload: { token, name: "ann", password } });

  const wrong = await bootstrap("glb_guess");
  const right = await bootstrap("glb_once");
  const again = await bootstrap("glb_once");

  expect([wrong, right, again].map(({ statusCode }) => statusCode)).toEqual([403, 201, 409]);
  expect(right.body).not.toContain(password);
});

test("as soon as somebody has an account, this machine alone is no longer enough", async () => {
  const { app, cookie } = await houseWithAnn();

  const nobody = await app.inject({ url: "/api/v1/consumers" });
  const ann = await app.inject({ url: "/api/v1/consumers", headers: { cookie } });

  expect([nobody.statusCode, ann.statusCode]).toEqual([401, 200]);
});

test("a session's cookie is for this site and no script", async () => {
  const { app } = await houseWithAnn();

  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { name: "ann", password },
  });

  const cookie = String(answer.headers["set-cookie"]);
  expect(cookie).toContain("HttpOnly");
  expect(cookie).toContain("SameSite=Strict");
});

test.each([
  { origin: "http://evil.example" },
  { origin: "null" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
])("a write with the cookie that another site's page asked for is refused: %j", async (headers) => {
  const { app, cookie } = await houseWithAnn();

  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/consumers",
    headers: { cookie, ...headers },
    payload: {},
  });

  expect([answer.statusCode, answer.json().code]).toEqual([403, "request.forbidden"]);
});

test("a wrong password, a missing and a disabled account answer alike, and are in the audit", async () => {
  const { app, house } = await houseWithAnn();
  const hash = await hashPassword(password);
  await house.access.accounts.create({ name: "bob", grants: [], isDisabled: true }, hash, "setup");
  const signIn = (name: string, tried: string) =>
    app.inject({ method: "POST", url: "/api/v1/session", payload: { name, password: tried } });

  const answers = [
    await signIn("ann", "wrong"),
    await signIn("nobody", password),
    await signIn("bob", password),
  ];

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
  expect(new Set(answers.map((answer) => answer.json().detail)).size).toBe(1);
  expect(house.access.notes.filter(({ result }) => result === "refused").map(({ actor }) => actor)).toEqual([
    "user:ann",
    "user:nobody",
    "user:bob",
  ]);
});

// Each guess costs what a password's hash costs, which is meant to be much.
test("guessing is slowed down", { timeout: 60_000 }, async () => {
  const { app } = await houseWithAnn();
  const guess = () =>
    app.inject({ method: "POST", url: "/api/v1/session", payload: { name: "eve", password: "guess" } });

  const statuses: number[] = [];
  for (let tries = 0; tries < 11; tries += 1) statuses.push((await guess()).statusCode);
  const last = await guess();

  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
  expect(last.json().code).toBe("request.too_many");
  expect(Number(last.headers["retry-after"])).toBeGreaterThan(0);
});

test("signing out ends the session", async () => {
  const { app, cookie } = await houseWithAnn();

  await app.inject({ method: "DELETE", url: "/api/v1/session", headers: { cookie } });

  const after = await app.inject({ url: "/api/v1/me", headers: { cookie } });
  expect(after.statusCode).toBe(401);
});

test("whoever changes their password shows the old one", async () => {
  const { app, cookie } = await houseWithAnn();
  const change = (current: string) =>
    app.inject({
      method: "POST",
      url: "/api/v1/me:set-password",
      headers: { cookie },
      payload: { current, password: "another long password" },
    });

  const wrong = await change("not this");
  const right = await change(password);

  expect([wrong.statusCode, right.statusCode]).toEqual([401, 204]);
});

test("a token's secret is in one answer only, and a repeated request does not show it again", async () => {
  const { app, cookie } = await houseWithAnn();
  const headers = { cookie, "idempotency-key": "one" };
  const payload = { name: "ci", grants: [{ role: "viewer", scope: null }], expiresInDays: 7 };

  const made = await app.inject({ method: "POST", url: "/api/v1/tokens", headers, payload });
  const { secret } = made.json();
  const used = await app.inject({ url: "/api/v1/me", headers: { authorization: `Bearer ${secret}` } });
  const list = await app.inject({ url: "/api/v1/tokens", headers: { cookie } });

  expect([made.statusCode, used.json().kind]).toEqual([201, "token"]);
  expect(secret).toMatch(/^glt_[A-Za-z0-9_-]{43}$/);
  expect(list.body).not.toContain(secret);
});

test("nobody gives more than they have", async () => {
  const { app, house } = await houseWithAnn();
  const ofNorth = [{ role: "admin", scope: { site: "north" } }] as const;
  const authorization = `Bearer ${await tokenOf(house.access, [...ofNorth, { role: "auditor", scope: null }])}`;
  const operator = `Bearer ${await tokenOf(house.access, [{ role: "operator", scope: null }])}`;
  const payload = { name: "x", grants: everything, expiresInDays: 7 };

  const scoped = await app.inject({
    method: "POST",
    url: "/api/v1/tokens",
    headers: { authorization },
    payload,
  });
  const lower = await app.inject({
    method: "POST",
    url: "/api/v1/tokens",
    headers: { authorization: operator },
    payload,
  });

  expect([scoped.statusCode, lower.statusCode]).toEqual([403, 403]);
});
