import { createHash } from "node:crypto";
import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { partitionOfKey } from "@gluttony/kafka";
import { checkDraft, type Grant } from "@gluttony/model";
import {
  createAccessStores,
  createAlertingStore,
  createConfigStore,
  createConsumers,
  createConsumerSteering,
  createDeadLetters,
  createErrorBook,
  createFence,
  createMaskingRules,
  createMetricPoints,
  createNamedSecrets,
  createObservations,
  createOperationBook,
  createOverviewFacts,
  createPool,
  createPositions,
  createReleases,
  createReveals,
  createRevisionBook,
  createRuntimeSettings,
  createSecretBox,
  migrate,
  type Pool,
} from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiFuzz, type Caller, type FuzzReport } from "../support/api-fuzz/fuzz.ts";
import type { Known } from "../support/api-fuzz/known.ts";
import type { Description } from "../support/api-fuzz/schema.ts";
import { isLong, skipUnlessLong } from "../support/long-tests.ts";
import { MemoryTopic, changeBytes, jsonBytes } from "../../packages/admin/test/support/memory-changes.ts";
import { pluginDeskOn } from "../support/plugin-desk.ts";
import { parkedAt } from "../support/parked-record.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const rootToken = "root-token-canary-7261";
const connString = "postgres://reader:password-canary-9012@db.example:5432/his";
/** Requests: a look in every run, the whole with GLUTTONY_LONG_TESTS, or as many as are asked for. */
const requests = Number(process.env["GLUTTONY_FUZZ_REQUESTS"] ?? (isLong ? 60_000 : 1_500));
const seed = Number(process.env["GLUTTONY_FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** Routes that need what this house does not have: a broker, a worker, a plugin, a one-time token, a password that is known. */
const neverDone = [
  "POST /api/v1/alerts/{id}:acknowledge",
  "GET /api/v1/connect-clusters/{id}",
  "GET /api/v1/connect-clusters/{id}/types",
  "GET /api/v1/connect-clusters/{id}/types/{type}/schema",
  "GET /api/v1/connectors",
  "GET /api/v1/connectors/{id}",
  "GET /api/v1/connectors/{id}/events",
  "GET /api/v1/connectors/{id}/health",
  "GET /api/v1/connectors/{id}/offsets",
  "GET /api/v1/connectors/{id}/snapshots",
  "GET /api/v1/connectors/{id}/tasks",
  "POST /api/v1/bootstrap",
  "POST /api/v1/connections:tables",
  "POST /api/v1/connections:test",
  "POST /api/v1/connectors/{id}/offsets:apply",
  "POST /api/v1/connectors/{id}/offsets:plan",
  "POST /api/v1/connectors/{id}/snapshots",
  "POST /api/v1/connectors/{id}/snapshots:pause",
  "POST /api/v1/connectors/{id}/snapshots:resume",
  "POST /api/v1/connectors/{id}/snapshots:stop",
  "POST /api/v1/connectors/{id}:pause",
  "POST /api/v1/connectors/{id}:restart",
  "POST /api/v1/connectors/{id}:resume",
  "POST /api/v1/connectors/{id}:stop",
  "POST /api/v1/connectors:apply",
  "POST /api/v1/connectors:plan",
  "POST /api/v1/connectors:validate",
  "DELETE /api/v1/masking-rules/{name}",
  "GET /api/v1/changes",
  "GET /api/v1/changes/{topic}/{partition}/{offset}",
  "GET /api/v1/consumers/{id}/live",
  "GET /api/v1/consumers/{id}/records",
  "GET /api/v1/events",
  "POST /api/v1/bootstrap",
  "POST /api/v1/changes:reveal",
  "POST /api/v1/config:apply",
  "POST /api/v1/consumers/{id}/live:search",
  "POST /api/v1/consumers/{id}/records:search",
  "POST /api/v1/consumers/{id}:explain",
  "GET /api/v1/consumers/{id}/errors/{fingerprint}",
  "GET /api/v1/consumers/{id}/plugins/{name}",
  ...["pin", "unpin", "shadow", "unshadow", "roll-back", "plan-upgrade", "apply-upgrade"].map(
    (verb) => `POST /api/v1/consumers/{id}/plugins/{name}:${verb}`,
  ),
  "GET /api/v1/plugins/{name}",
  "GET /api/v1/plugins/{name}/versions/{version}",
  "GET /api/v1/plugins/{name}/versions/{version}/schema",
  "DELETE /api/v1/plugins/{name}/versions/{version}",
  "POST /api/v1/plugins",
  "POST /api/v1/plugins/{name}:roll-back",
  "POST /api/v1/plugins/{name}/versions/{version}:activate",
  "POST /api/v1/plugins/{name}/versions/{version}:deactivate",
  "POST /api/v1/me:set-password",
  "PATCH /api/v1/me",
  "GET /api/v1/me/sessions",
  "POST /api/v1/me/sessions/{id}:end",
  "POST /api/v1/me/sessions:end-others",
  "GET /api/v1/me/tokens",
  "POST /api/v1/me/tokens",
  "POST /api/v1/me/tokens/{id}:revoke",
  "GET /api/v1/session/oidc",
  "GET /api/v1/session/oidc/callback",
  "POST /api/v1/session",
  "PUT /api/v1/masking-rules/{name}",
];

/** The one topic of this house: some rows of a table, and what is no row. */
const topic = new MemoryTopic("t", 4);
for (let row = 0; row < 40; row += 1)
  topic.add(row % 4, {
    key: jsonBytes({ id: row }),
    value: row % 7 === 0 ? null : changeBytes({ table: "t", after: { id: row, name: `name ${row}` } }),
  });

let made = 0;
const consumer = (): object => ({
  name: `made-${(made += 1)}`,
  topic: "t",
  handler_func: "empi",
  global_key: ["id"],
  is_valid: made % 2 === 0,
  configuration: { labels: { site: made % 3 === 0 ? "south" : "north" } },
});
const letters = (known: Known): object => {
  const ids = Array.from(
    { length: 1 + (made % 3) },
    () => known.pick("dead-letters", (made += 1))?.id ?? "0",
  );
  return made % 4 === 0 ? { consumer: known.pick("consumers", made)?.id ?? "0" } : { ids: [...new Set(ids)] };
};
/** What makes sense only as a whole. */
const examples = {
  "POST /api/v1/consumers": consumer,
  "PUT /api/v1/consumers/{id}": consumer,
  "POST /api/v1/users": () => ({ name: `user-${(made += 1)}`, grants: [{ role: "viewer", scope: null }] }),
  "PUT /api/v1/users/{id}": () => ({ name: `user-${(made += 1)}`, grants: [], isDisabled: made % 2 === 0 }),
  "POST /api/v1/users/{id}:set-password": () => ({ password: "password-canary-9012" }),
  "PATCH /api/v1/consumers/{id}": () => ({ global_key: ["id", `more-${(made += 1)}`] }),
  "POST /api/v1/consumers/{id}:pause": () => ({ reason: "a look at the target" }),
  "POST /api/v1/consumers/{id}:stop": () => ({ reason: "not needed now" }),
  // A name that is also another one's id would be found after that one was deleted.
  "POST /api/v1/alert-channels": () => ({
    name: `channel-${(made += 1)}`,
    kind: "webhook",
    url: "https://hooks.example/ward",
  }),
  "PATCH /api/v1/settings": () => ({ values: { "alert.attemptsMax": 1 + (made % 50) } }),
  "POST /api/v1/settings:plan": () => ({ values: { "alert.attemptsMax": null } }),
  "PUT /api/v1/secrets/{id}": () => ({ value: "password-canary-9012" }),
  "POST /api/v1/changes:search": () => ({ topic: "t", partition: String((made += 1) % 4) }),
  "POST /api/v1/changes:reveal": () => ({
    records: [{ topic: "t", partition: (made += 1) % 4, offset: "1" }],
    reason: "a look at the row",
  }),
  "POST /api/v1/dead-letters:replay": letters,
  "POST /api/v1/dead-letters:discard": (known: Known) => ({ ...letters(known), reason: "given up" }),
  "POST /api/v1/dead-letters:restore": letters,
  "POST /api/v1/dead-letters:plan-replay": letters,
  "POST /api/v1/dead-letters:plan-discard": letters,
};

describe.skipIf(stack().postgresUnavailable !== "")("the admin API, asked anything", () => {
  let database: TestDatabase;
  let pool: Pool;
  let server: AdminServer;
  let report: FuzzReport;

  beforeAll(async () => {
    database = await makeDatabase("api_fuzz");
    pool = createPool({ connectionString: database.url });
    await migrate(pool);
    const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
    const access = createAccessStores(pool);
    const positions = createPositions(pool, "h1");
    const consumers = createConsumers(pool, { box });
    const deadLetters = createDeadLetters(pool, { hostId: "h1", box });
    const callers: Caller[] = Array.from({ length: 6 }, () => ({
      name: "root",
      token: rootToken,
      site: null,
    }));
    const spared: string[] = [];
    const addCaller = async (name: string, grants: readonly Grant[], site: string | null): Promise<void> => {
      const token = `glt_${name}-canary-${Math.random().toString(36).slice(2)}`;
      const tokenHash = createHash("sha256").update(token).digest();
      const expiresAt = new Date(Date.now() + 86_400_000);
      spared.push(
        (await access.tokens.create({ name, shown: name, tokenHash, grants, expiresAt }, "setup")).id,
      );
      callers.push({ name, token, site });
    };
    await addCaller("admin-of-north", [{ role: "admin", scope: { site: "north" } }], "north");
    await addCaller("operator", [{ role: "operator", scope: null }], null);
    callers.push({ name: "nobody", token: null, site: null });
    for (const site of ["north", "south", "north", "south"]) {
      const draft = {
        captureSchema: "public",
        captureTable: "t",
        dataSource: "postgresql",
        topic: null,
        group: null,
      };
      const name = `${site}-${Math.random().toString(36).slice(2, 6)}`;
      const more = {
        handlerFunc: "empi",
        globalKey: ["id"],
        isValid: true,
        configuration: { labels: { site } },
      };
      const { id } = await consumers.create({ name, connString, ...draft, ...more }, "setup");
      for (let offset = 0n; offset < 40n; offset += 1n)
        await deadLetters.park(parkedAt(offset, { consumerId: id, topicId: `T${id}` }));
    }
    const secrets = createNamedSecrets(pool, box);
    for (let at = 0; at < 40; at += 1)
      await secrets.put(`secret-${at}`, "password-canary-9012", { actor: "setup", revision: null });
    server = createAdminServer(
      {
        ...{ consumers, positions, deadLetters, access, secrets },
        ...{ observations: createObservations(pool), fence: createFence(pool) },
        ...{
          steering: createConsumerSteering(pool),
          operations: createOperationBook(pool),
          revisions: createRevisionBook(pool),
        },
        config: createConfigStore(pool, box),
        masking: { rules: createMaskingRules(pool), reveals: createReveals(pool) },
        changes: { ...topic.reader, partitionOf: partitionOfKey },
        topicBounds: async (name) => (name === "t" ? topic.bounds : null),
        offsetsAt: async (name) => (name === "t" ? new Map([[0, 3n]]) : null),
        overview: createOverviewFacts(pool),
        series: createMetricPoints(pool),
        settings: { store: createRuntimeSettings(pool), environment: [] },
        releases: createReleases(pool, "/nowhere"),
        plugins: pluginDeskOn(pool),
        errors: createErrorBook(pool),
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        filteredCounts: (id) => positions.filteredByRule(id),
        checkConsumer: checkDraft,
        alerting: {
          store: createAlertingStore(pool, box),
          refusalOf: () => null,
          test: async () => undefined,
        },
        readiness: async () => ({ ok: true, parts: [] }),
        metrics: async () => ({ contentType: "text/plain", body: "" }),
      },
      { host: "127.0.0.1", port: 0, version: "0.0.0", token: rootToken },
    );
    const { url } = await server.listen();
    const description: Description = JSON.parse(await (await fetch(`${url}/openapi.json`)).text());
    const canaries = [rootToken, "password-canary-9012", "canary-"];
    const parts = { topic: ["t"], offset: ["0", "1", "9"], consumer: ["1", "2"] };
    const asked = { url, description, callers, requests, seed, canaries, examples, parts, spared };
    const fuzz = new ApiFuzz(asked);
    report = await fuzz.run();
  }, 1_200_000);
  afterAll(async () => {
    await server.close();
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  test(`has no failure of its own, and does what it says (seed ${seed})`, () => {
    expect(report.violations, JSON.stringify(report.byStatus)).toEqual([]);
    expect(report.requests).toBe(requests);
  });

  test("answers each route with a success at least once, so that something was asked", (context) => {
    skipUnlessLong(context);
    expect(report.neverDone.filter((route) => !neverDone.includes(route))).toEqual([]);
  });

  test("leaves an audit that is whole, and no secret in the database", async () => {
    const { audit } = createAccessStores(pool);

    expect(await audit.verify()).toMatchObject({ isWhole: true });
    expect((await audit.list({ limit: 1 }))[0]?.seq).toBeGreaterThan(50n);
  });
});
