import { createNamedSecrets, createPool, createSecretBox, migrate, type Pool } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { commandLine } from "../support/command-line.ts";
import { TestHost, until } from "../support/host.ts";
import { Browser } from "../support/oidc/browser.ts";
import { type RealProvider, realProvider } from "../support/oidc/real-provider.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const isMissing = stack().postgresUnavailable !== "" || stack().unavailable !== "";
const subject = "subject-4711";
const masterKey = Buffer.alloc(32, 7).toString("base64");

interface Answer {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
}

describe.skipIf(isMissing)("two hosts with an identity provider", () => {
  let database: TestDatabase;
  let pool: Pool;
  let provider: RealProvider;
  let hosts: readonly TestHost[] = [];
  const browser = new Browser();
  const codes: string[] = [];

  const host = (index: number): TestHost => {
    const found = hosts[index];
    if (found === undefined) throw new Error("no such host");
    return found;
  };
  const ask = async (index: number, path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await browser.ask(`${host(index).url}/api/v1${path}`, init);
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  };
  const signIn = (index: number) => browser.open(`${host(index).url}/api/v1/session/oidc`);

  beforeAll(async () => {
    database = await makeDatabase("oidc_host");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    const wish = { databaseUrl: database.url, kafka: stack().kafka };
    const env = { GLUTTONY_MASTER_KEY: masterKey, LOG_LEVEL: "trace" };
    hosts = [await TestHost.prepare({ ...wish, env }), await TestHost.prepare({ ...wish, env })];
    const first = host(0).url;
    provider = await realProvider(`${first}/api/v1/session/oidc/callback`);
    const secrets = createNamedSecrets(pool, createSecretBox(masterKey));
    await secrets.put("oidc", provider.clientSecret, { actor: "setup", revision: null });
    for (const one of hosts)
      Object.assign(one.env, {
        GLUTTONY_PUBLIC_URL: first,
        GLUTTONY_OIDC_ISSUER: provider.issuer,
        GLUTTONY_OIDC_CLIENT_ID: provider.clientId,
        GLUTTONY_OIDC_CLIENT_SECRET: "${secret:oidc}",
        GLUTTONY_OIDC_ROLES: "admins=>admin; staff=>viewer",
      });
    await Promise.all(hosts.map((one) => one.start()));
    provider.people.set(subject, { groups: ["admins"], preferred_username: "zhang-san" });
    provider.sitting = subject;
  });
  afterAll(async () => {
    await Promise.all(hosts.map((one) => one[Symbol.asyncDispose]()));
    await provider?.[Symbol.asyncDispose]();
    await pool?.close();
    await database?.[Symbol.asyncDispose]();
    vi.unstubAllEnvs();
  });

  test("a person signs in with the secret that is kept under a name", async () => {
    const page = await signIn(0);
    codes.push(...browser.visited.flatMap((url) => new URL(url).searchParams.get("code") ?? []));

    expect(page.status).toBe(200);
    expect((await ask(0, "/me")).body).toMatchObject({ actor: "user:zhang-san", kind: "session" });
    expect(codes).toHaveLength(1);
  });

  test("who sits at the machine is nobody, though no account had a password", async () => {
    const response = await fetch(`${host(1).url}/api/v1/consumers`);

    expect(response.status).toBe(401);
  });

  test("a setting that is changed on one host holds on the other at its next act, and the command line says so", async () => {
    const made = await ask(0, "/me/tokens", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "laptop", expiresInDays: 7 }),
    });
    vi.stubEnv("GLUTTONY_ADMIN_TOKEN", String(made.body["secret"]));
    const on = (index: number): readonly string[] => ["--url", host(index).url];
    const bearer = { authorization: `Bearer ${String(made.body["secret"])}` };

    const shown = await commandLine("me", "show", ...on(1));
    await commandLine("settings", "set", "token.daysMax=3", "--reason", "short ones", ...on(0));
    const tooLong = await fetch(`${host(1).url}/api/v1/tokens`, {
      method: "POST",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify({ name: "ci", grants: [{ role: "viewer", scope: null }], expiresInDays: 4 }),
    });

    expect(made.status).toBe(201);
    expect(shown).toContain("roles: admin");
    expect(tooLong.status).toBe(400);
    expect(await commandLine("settings", "list", ...on(1))).toMatch(
      /token\.daysMax +3 +days +1 +366 +366 +decided/,
    );
    expect(await commandLine("settings", "history", ...on(1))).toMatch(
      /token\.daysMax: default → 3 +short ones/,
    );
    const dry = await commandLine("settings", "set", "token.daysMax=default", "--dry-run", ...on(1));
    expect(dry).toContain("token.daysMax: 3 → default");
    expect(dry).toContain("Nothing was changed yet.");
  });

  test("the environment is told with its sources, and no secret's value", async () => {
    const { body } = await ask(0, "/settings");

    expect(body["environment"]).toEqual(
      expect.arrayContaining([
        { name: "KAFKA_HOST", source: "environment", isSecret: false, value: stack().kafka },
        { name: "GLUTTONY_MASTER_KEY", source: "environment", isSecret: true, value: null },
        { name: "GLUTTONY_OIDC_CLIENT_SECRET", source: "environment", isSecret: true, value: null },
        { name: "GLUTTONY_ENVIRONMENT", source: "default", isSecret: false, value: null },
      ]),
    );
    expect(JSON.stringify(body)).not.toContain(masterKey);
  });

  test("a person's words about themselves are set from the command line", async () => {
    const on = ["--url", host(0).url];

    await commandLine("me", "set", "--display-name", "Zhang", "--zone", "Asia/Shanghai", ...on);
    const changed = JSON.parse(await commandLine("me", "set", "--display-name", "none", "-o", "json", ...on));
    const sessions = await commandLine("me", "sessions", ...on);
    const tokens = await commandLine("me", "tokens", ...on);

    expect(changed.profile).toMatchObject({ displayName: null, timeZone: "Asia/Shanghai" });
    expect(sessions).toContain("127.0.0.1");
    expect(tokens).toContain("laptop");
  });

  test("a provider that is down is told as such, and sessions go on", async () => {
    const before = (await ask(0, "/me")).status;
    await provider[Symbol.asyncDispose]();

    const begun = await new Browser().open(`${host(1).url}/api/v1/session/oidc`);

    expect([before, (await ask(0, "/me")).status]).toEqual([200, 200]);
    expect([begun.status, JSON.parse(begun.text).code]).toEqual([503, "oidc.unreachable"]);
  });

  test("no token, code, secret or claim is in a log", async () => {
    await until(() => hosts.every((one) => one.log.includes("gluttony serves")), 5_000);
    const logs = hosts.map((one) => one.log).join("\n");

    for (const text of [...codes, provider.clientSecret, "zhang-san", subject, "eyJ", "gls_", "glt_"])
      expect(logs.includes(text), text).toBe(false);
  });
});
