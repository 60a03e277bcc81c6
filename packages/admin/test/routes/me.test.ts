import { expect, test } from "vitest";
import { hashPassword } from "../../src/access/password.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver } from "../support/small-house.ts";

const password = "a long enough password";

type House = ReturnType<typeof appOver>;
interface Inject {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly payload?: object;
  readonly headers?: { readonly [name: string]: string };
}

async function houseWith(...names: readonly string[]): Promise<House> {
  const built = appOver();
  const hash = await hashPassword(password);
  for (const name of names) {
    const grants = [{ role: "operator", scope: { site: "north" } }] as const;
    await built.house.access.accounts.create({ name, grants, isDisabled: false }, hash, "setup");
  }
  return built;
}

async function signIn({ app }: House, name: string): Promise<string> {
  const answer = await app.inject({ method: "POST", url: "/api/v1/session", payload: { name, password } });
  return String(answer.headers["set-cookie"]).split(";")[0] ?? "";
}

const ask = (
  { app }: House,
  cookie: string,
  url: string,
  { method = "GET", payload, headers }: Inject = {},
) =>
  app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { cookie, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
const patch = (house: House, cookie: string, payload: object, ifMatch?: string) =>
  ask(house, cookie, "/me", {
    method: "PATCH",
    payload,
    headers: ifMatch === undefined ? {} : { "if-match": ifMatch },
  });

test("a person says how they are called, and in which language and zone they read", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  const before = await ask(house, cookie, "/me");
  const words = { displayName: "Ann 安", language: "zh-CN", timeZone: "Asia/Shanghai" };

  const changed = await patch(house, cookie, words, String(before.headers.etag));
  const again = await ask(house, cookie, "/me", {
    headers: { "if-none-match": String(changed.headers.etag) },
  });

  expect(before.json().profile).toMatchObject({ name: "ann", displayName: null, hasPassword: true });
  expect([changed.statusCode, changed.json().profile]).toEqual([200, expect.objectContaining(words)]);
  expect(changed.headers.etag).not.toBe(before.headers.etag);
  expect(again.statusCode).toBe(304);
});

test("what is left out stays, and null takes it away", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");

  await patch(house, cookie, { displayName: "Ann", timeZone: "Europe/Berlin" }, '"1"');
  const cleared = await patch(house, cookie, { displayName: null }, '"2"');

  expect(cleared.json().profile).toMatchObject({ displayName: null, timeZone: "Europe/Berlin" });
});

test("a change without the revision seen, or on an old one, is refused", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  await patch(house, cookie, { displayName: "Ann" }, '"1"');

  const without = await patch(house, cookie, { displayName: "Bob" });
  const old = await patch(house, cookie, { displayName: "Bob" }, '"1"');

  expect([without.statusCode, old.statusCode]).toEqual([428, 412]);
});

test.each([
  {},
  { language: "fr" },
  { timeZone: "Mars/Olympus" },
  { displayName: "" },
  { displayName: "a\u0007b" },
  { displayName: "x".repeat(129) },
  { name: "root" },
  { grants: [] },
])("what nobody may say of themselves is refused: %j", async (payload) => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");

  const refused = await patch(house, cookie, payload, '"1"');

  expect([refused.statusCode, refused.json().code]).toEqual([400, "request.invalid"]);
});

test("the language that a person chose wins over their browser's, in problems too", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  const headers = { "accept-language": "en" };
  const before = await ask(house, cookie, "/users", { headers });

  await patch(house, cookie, { language: "zh-CN" }, '"1"');
  const after = await ask(house, cookie, "/users", { headers });

  expect([before, after].map((answer) => answer.headers["content-language"])).toEqual(["en", "zh-CN"]);
  expect(after.json().title).toBe("您无权执行此操作");
});

test("a person sees where they are signed in, ends one, and ends all others", async () => {
  const house = await houseWith("ann", "bob");
  const [here, there, elsewhere] = [
    await signIn(house, "ann"),
    await signIn(house, "ann"),
    await signIn(house, "ann"),
  ];
  const bob = await signIn(house, "bob");
  const list = (await ask(house, here, "/me/sessions")).json();
  const others: readonly string[] = list.items
    .filter((one: { isCurrent: boolean }) => !one.isCurrent)
    .map(({ id }: { id: string }) => id);

  const foreign = await ask(house, bob, `/me/sessions/${others[0] ?? ""}:end`, { method: "POST" });
  const ended = await ask(house, here, `/me/sessions/${others[0] ?? ""}:end`, { method: "POST" });
  const rest = await ask(house, here, "/me/sessions:end-others", { method: "POST" });

  expect(list.items).toHaveLength(3);
  expect([foreign.statusCode, foreign.json().code]).toEqual([404, "session.not_found"]);
  expect([ended.statusCode, rest.json()]).toEqual([204, { ended: 1 }]);
  const statuses = await Promise.all(
    [here, there, elsewhere, bob].map(async (cookie) => (await ask(house, cookie, "/me")).statusCode),
  );
  expect(statuses).toEqual([200, 401, 401, 200]);
});

const tokenBody = { name: "laptop", expiresInDays: 7 };

test("a token of one's own opens what one may do, and never more than one may do now", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  const made = await ask(house, cookie, "/me/tokens", { method: "POST", payload: tokenBody });
  const bearer = { authorization: `Bearer ${made.json().secret}` };
  const me = async () => (await house.app.inject({ url: "/api/v1/me", headers: bearer })).json();

  const first = await me();
  const [person] = house.house.access.people;
  if (person !== undefined)
    house.house.access.people[0] = { ...person, grants: [{ role: "viewer", scope: null }] };
  const later = await me();

  expect(made.statusCode).toBe(201);
  expect(first).toMatchObject({
    kind: "token",
    grants: [{ role: "operator", scope: { site: "north" } }],
    profile: { name: "ann" },
  });
  expect(later.grants).toEqual([]);
});

test("nobody gives their token more than they have, or lets it last longer than a season", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  const make = (payload: object) => ask(house, cookie, "/me/tokens", { method: "POST", payload });

  const wider = await make({ ...tokenBody, grants: [{ role: "operator", scope: null }] });
  const longer = await make({ ...tokenBody, expiresInDays: 91 });

  expect([wider.json().code, longer.json().code]).toEqual(["grant.not_yours", "request.invalid"]);
});

test("a token makes no other token and changes no password, and one without an account has nothing of its own", async () => {
  const house = await houseWith("ann");
  const cookie = await signIn(house, "ann");
  const made = await ask(house, cookie, "/me/tokens", { method: "POST", payload: tokenBody });
  const own = { authorization: `Bearer ${made.json().secret}` };
  const program = {
    authorization: `Bearer ${await tokenOf(house.house.access, [{ role: "admin", scope: null }])}`,
  };
  const post = (url: string, headers: { readonly [name: string]: string }, payload: object) =>
    house.app.inject({ method: "POST", url: `/api/v1${url}`, headers, payload });

  const answers = [
    await post("/me/tokens", own, tokenBody),
    await post("/me:set-password", own, { current: password, password: "another long password" }),
    await post("/me/tokens", program, tokenBody),
    await house.app.inject({ url: "/api/v1/me/sessions", headers: program }),
  ];

  expect(answers.map((answer) => answer.json().code)).toEqual([
    "me.session_required",
    "me.session_required",
    "me.no_account",
    "me.no_account",
  ]);
});

test("a person revokes their tokens, and nobody else's", async () => {
  const house = await houseWith("ann", "bob");
  const [ann, bob] = [await signIn(house, "ann"), await signIn(house, "bob")];
  const made = (await ask(house, ann, "/me/tokens", { method: "POST", payload: tokenBody })).json();

  const foreign = await ask(house, bob, `/me/tokens/${made.id}:revoke`, { method: "POST" });
  const own = await ask(house, ann, `/me/tokens/${made.id}:revoke`, { method: "POST" });
  const listed = (await ask(house, ann, "/me/tokens")).json();

  expect([foreign.json().code, own.statusCode]).toEqual(["token.not_found", 200]);
  expect(listed.items).toMatchObject([{ id: made.id, revokedAt: expect.any(String) }]);
  expect(JSON.stringify(listed)).not.toContain(made.secret);
  const used = await house.app.inject({
    url: "/api/v1/me",
    headers: { authorization: `Bearer ${made.secret}` },
  });
  expect(used.statusCode).toBe(401);
});
