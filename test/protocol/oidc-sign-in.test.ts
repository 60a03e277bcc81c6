import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { createIdentityProvider, type IdentityProviderClient } from "@gluttony/egress";
import type { Grant } from "@gluttony/model";
import {
  type AccessStores,
  createAccessStores,
  createConsumers,
  createDeadLetters,
  createPool,
  createPositions,
  createProviderAccounts,
  createSignInAttempts,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { freePort } from "gluttony/local-stack";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adminStoresOn } from "../support/admin-stores.ts";
import { Browser } from "../support/oidc/browser.ts";
import { type RealProvider, realProvider } from "../support/oidc/real-provider.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const admin: Grant = { role: "admin", scope: null };
const ofNorth: Grant = { role: "operator", scope: { site: "north" } };
const roles = [
  { group: "admins", grant: admin },
  { group: "icu", grant: ofNorth },
];
const noBox = { box: null };

describe.skipIf(stack().postgresUnavailable !== "")("signing in through a real identity provider", () => {
  let database: TestDatabase;
  let pool: Pool;
  let access: AccessStores;
  let provider: RealProvider;
  let quiet: RealProvider;
  let browser: Browser;
  const closing: (() => Promise<unknown>)[] = [];
  const urls = new Map<RealProvider, string>();

  async function serveWith(port: number, real: RealProvider): Promise<void> {
    const publicUrl = `http://127.0.0.1:${port}`;
    const client: IdentityProviderClient = createIdentityProvider({
      issuer: real.issuer,
      clientId: real.clientId,
      clientSecret: async () => real.clientSecret,
      redirectUrl: `${publicUrl}/api/v1/session/oidc/callback`,
      scopes: ["openid", "profile", "email"],
      wantedClaims: ["groups", "preferred_username"],
    });
    const positions = createPositions(pool, "h1");
    const server: AdminServer = createAdminServer(
      {
        ...adminStoresOn(pool),
        ...{ consumers: createConsumers(pool, noBox), positions },
        deadLetters: createDeadLetters(pool, { hostId: "h1", box: null }),
        filteredCounts: (id) => positions.filteredByRule(id),
        identity: {
          provider: client,
          attempts: createSignInAttempts(pool),
          accounts: createProviderAccounts(pool),
          rules: {
            clientId: real.clientId,
            rolesClaim: "groups",
            nameClaim: "preferred_username",
            roles,
            emailDomains: [],
          },
          publicUrl,
        },
      },
      { host: "127.0.0.1", port, version: "0" },
    );
    closing.push(
      () => server.close(),
      () => client.close(),
    );
    await server.listen();
    urls.set(real, publicUrl);
  }

  beforeAll(async () => {
    database = await makeDatabase("oidc");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    access = createAccessStores(pool);
    const [port, quietPort] = [await freePort(), await freePort()];
    const callbackOf = (one: number): string => `http://127.0.0.1:${one}/api/v1/session/oidc/callback`;
    provider = await realProvider(callbackOf(port));
    quiet = await realProvider(callbackOf(quietPort), { isQuiet: true });
    await serveWith(port, provider);
    await serveWith(quietPort, quiet);
  });
  beforeEach(async () => {
    browser = new Browser();
    await pool.query("delete from cdc.user_account");
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
    await provider?.[Symbol.asyncDispose]();
    await quiet?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
  });

  const urlOf = (path: string, real: RealProvider = provider): string =>
    `${urls.get(real) ?? ""}/api/v1${path}`;
  const signIn = (sub: string | null, groups: readonly string[], real: RealProvider = provider) => {
    real.sitting = sub;
    if (sub !== null) real.people.set(sub, { groups, preferred_username: "ann" });
    return browser.open(urlOf("/session/oidc", real));
  };
  const me = async (who: Browser, real: RealProvider = provider) => {
    const response = await who.ask(urlOf("/me", real));
    return { status: response.status, body: (await response.json()) as { [name: string]: unknown } };
  };

  test("a person comes back with a session, and their groups are their roles", async () => {
    const page = await signIn("s-1", ["icu"]);

    const seen = await me(browser);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("Signed in.")]);
    expect(seen.body).toMatchObject({ actor: "user:ann", kind: "session", grants: [ofNorth] });
    const out = await browser.ask(urlOf("/session"), { method: "DELETE" });
    expect([out.status, (await me(browser)).status]).toEqual([204, 401]);
  });

  test("claims that the provider tells only when asked again are asked for", async () => {
    const page = await signIn("s-1", ["admins"], quiet);

    expect(page.status).toBe(200);
    expect((await me(browser, quiet)).body).toMatchObject({ grants: [admin] });
  });

  test("roles follow the groups at every sign-in, and the audit tells of it", async () => {
    await signIn("s-1", ["icu"]);
    const before = await me(browser);
    await signIn("s-1", ["admins"]);

    // The session from before has the new roles, too: there is one account.
    expect([before.body["grants"], (await me(browser)).body["grants"]]).toEqual([[ofNorth], [admin]]);
    const [update] = (await access.audit.list({ limit: 50 })).filter(
      ({ action }) => action === "user.update",
    );
    expect(update).toMatchObject({
      actor: "identity-provider",
      detail: { grantsBefore: [ofNorth], grants: [admin] },
    });
  });

  test("who lost every role is refused, and what they had open ends", async () => {
    await signIn("s-1", ["icu"]);
    const other = new Browser();
    const first = browser;
    browser = other;

    const page = await signIn("s-1", ["retired"]);

    expect(page.status).toBe(403);
    expect(JSON.parse(page.text)).toMatchObject({ code: "oidc.no_role" });
    expect((await me(first)).status).toBe(401);
  });

  test("nobody gets the account of somebody who is called the same", async () => {
    await access.accounts.create({ name: "ann", grants: [admin], isDisabled: false }, "a-hash", "setup");

    await signIn("s-1", ["icu"]);
    const first = await me(browser);
    browser = new Browser();
    await signIn("s-2", ["icu"]);
    const second = await me(browser);

    expect(first.body["actor"]).toMatch(/^user:ann~[0-9a-f]{8}$/);
    expect(second.body["actor"]).toMatch(/^user:ann~[0-9a-f]{8}$/);
    expect(first.body["actor"]).not.toBe(second.body["actor"]);
    expect(first.body["grants"]).toEqual([ofNorth]);
  });

  test("a disabled person is refused, and keeps their account as it is", async () => {
    await signIn("s-1", ["icu"]);
    await pool.query("update cdc.user_account set is_disabled = true");

    const page = await signIn("s-1", ["admins"]);

    expect(JSON.parse(page.text)).toMatchObject({ code: "oidc.user_disabled", status: 403 });
    expect((await access.accounts.list())[0]?.grants).toEqual([ofNorth]);
  });

  test("a person who turns the request down is told so", async () => {
    const page = await signIn(null, []);

    expect(JSON.parse(page.text)).toMatchObject({ code: "oidc.denied" });
  });

  test("an answer that is brought again opens nothing", async () => {
    await signIn("s-1", ["icu"]);
    const callback = browser.visited.find((url) => url.includes("/callback?")) ?? "";
    const thief = new Browser();

    const [again, stolen] = [await browser.ask(callback), await thief.ask(callback)];

    expect([again.status, stolen.status]).toEqual([401, 401]);
  });

  test("two first sign-ins of one person at once make one account", async () => {
    const accounts = createProviderAccounts(pool);
    const person = { issuer: provider.issuer, subject: "s-9", name: "ann", grants: [admin] };

    const made = await Promise.all(Array.from({ length: 8 }, () => accounts.follow(person)));

    expect(new Set(made.map((account) => account?.id)).size).toBe(1);
    expect(await access.accounts.list()).toHaveLength(1);
  });

  test("whom the provider signs in gets no password beside it", async () => {
    await signIn("s-1", ["icu"]);
    const [account] = await access.accounts.list();

    await expect(access.accounts.setPassword(account?.id ?? "", "a-hash", "user:ann")).rejects.toMatchObject({
      code: "user.signs_in_elsewhere",
    });
    expect(await access.accounts.list()).toMatchObject([{ hasPassword: false, isFromProvider: true }]);
  });

  test("sign-ins that wait are bounded, and nothing in the database ends one", async () => {
    const few = createSignInAttempts(pool, 2);
    await pool.query("delete from cdc.sign_in_attempt");
    const begin = (text: string, validMs = 60_000) =>
      few.begin(Buffer.from(text), { returnTo: "/", validMs });

    await begin("one");
    await begin("two", 0);
    await begin("three");

    await expect(begin("four")).rejects.toMatchObject({ code: "request.too_many" });
    expect(await few.use(Buffer.from("two"))).toBeNull();
    expect([await few.use(Buffer.from("one")), await few.use(Buffer.from("one"))]).toEqual([
      { returnTo: "/" },
      null,
    ]);
  });
});
