import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Message } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeConnect } from "../../packages/connect/test/fake-connect.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../../packages/telemetry/test/otlp-receiver.ts";
import { type Canary, canaryOf } from "../support/canaries/canary.ts";
import { type EchoingTarget, startEchoingTarget } from "../support/canaries/echoing-target.ts";
import { findCanaries } from "../support/canaries/find-canaries.ts";
import { type HearingChannel, startHearingChannel } from "../support/canaries/hearing-channel.ts";
import {
  canariesIn,
  dumpByProgram,
  dumpOf,
  everyGet,
  filesBelow,
  type SearchedText,
  temporaryFiles,
} from "../support/canaries/search-places.ts";
import { fixturePlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";
import { isLong } from "../support/long-tests.ts";
import { openBundle } from "../support/open-bundle.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { makeSource, type Source } from "../support/source-table.ts";
import { stack } from "../support/stack.ts";

/** People in the topic: some in every run, a thousand with GLUTTONY_LONG_TESTS. */
const peopleCount = isLong ? 1_000 : 60;
const endLimitMs = isLong ? 240_000 : 90_000;
/** What a careless handler does with a row, one row after another. */
const acts = ["ask", "throw", "refuse", "print", "remember", "secret", "nothing"];
/** What blocks a consumer, so each has one of its own. */
const blockingActs = ["filter", "result"];
/** Records of the topic that are no person's row. */
const brokenCount = 3;

describe.skipIf(stack().unavailable !== "")("names, ids and passwords", () => {
  let scene: Scene;
  let source: Source;
  let target: EchoingTarget;
  let collector: OtlpReceiver;
  let channel: HearingChannel;
  let topic: string;
  const worker = new FakeConnect();
  const endings: (() => unknown)[] = [];

  beforeAll(async () => {
    await worker.start({ onTestFinished: (end) => void endings.push(() => end(undefined as never)) });
    target = await startEchoingTarget();
    collector = await startOtlpReceiver();
    channel = await startHearingChannel();
    source = await makeSource(canaryOf(0).password);
    scene = await Scene.open({
      LOG_LEVEL: "trace",
      OMIGA_HOST: target.url,
      CONNECT_HOST: worker.url,
      EMR_BY_ENVIRONMENT: source.connString,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_TRACES_SAMPLER: "always_on",
      OTEL_METRICS_EXPORTER: "otlp",
    });
    const file = await packPlugin(fixturePlugin("careless"), scene.folder);
    const grants = ["--grant", "${env:OMIGA_HOST}", "--grant-secret", "token=${secret:token}"];
    await scene.installFile(file, ...grants);
    await scene.host.start();
    topic = await scene.makeTopic();
  }, 120_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
    await source?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
    await collector?.[Symbol.asyncDispose]();
    await channel?.[Symbol.asyncDispose]();
    for (const end of endings) await end();
  });

  test(`of ${peopleCount} people, planted wherever they come by, are found nowhere`, async () => {
    await plantSecrets();
    await plantChannels();
    await plantConnections();
    await plantRecords();
    await plantOutcomes();
    await plantTraces();
    await plantRequests();
    const handled = await scene.endings("careless");
    const isTold = await until(() => channel.heard.length >= 4, 90_000);
    const pid = scene.host.pid ?? 0;
    const running = [...(await everyGet(scene.host.url)), ...(await temporaryFiles(pid))];
    await askCommands();
    const bundle = await bundleTexts("bundle.tar.gz");
    const counts = { asked: target.count(), told: channel.heard.length, ...handled };
    await scene.host.kill("SIGTERM");

    const texts: readonly SearchedText[] = [
      ...running,
      ...bundle,
      ...channel.heard.map((content) => ({ where: "an alert", content })),
      ...(await dumpOf(scene.pool)),
      ...(await dumpByProgram(scene.host.env["DATABASE_URL"] ?? "")),
      ...(await filesBelow(scene.folder)),
      ...(await temporaryFiles(pid)),
      ...scene.answers.map((content) => ({ where: "an answer or a command", content })),
      { where: "the log of the host", content: scene.host.log },
      ...collector.received.map(({ path, body }) => ({
        where: `the collector, ${path}`,
        content: body.toString("utf8"),
      })),
    ];
    console.info(`searched ${texts.length} texts of ${sizeOf(texts)} bytes; ${JSON.stringify(counts)}`);

    expect(canariesIn(texts)).toEqual([]);
    // Each record came to its end, so that what comes of it was there to be searched.
    expect(sumOf(handled)).toBe(peopleCount + brokenCount);
    expect(isTold).toBe(true);
    expect(bundle.map(({ where }) => where)).toEqual(
      expect.arrayContaining([expect.stringMatching(/-careless\/status\.json$/), "bundle host/log.jsonl"]),
    );
    expect(Number(handled["parked"])).toBeGreaterThan(peopleCount / 3);
    expect(target.count()).toBeGreaterThan(peopleCount / acts.length);
    expect(collector.spans().filter(({ kind }) => kind === 5).length).toBeGreaterThan(peopleCount);
    expect(collector.received.some(({ path }) => path === "/v1/metrics")).toBe(true);
    // Everything was there to be leaked: what is searched holds what stands beside the canaries.
    expect(scene.host.log).toContain("by-secret");
    expect(texts.some(({ where, content }) => where.includes("dead_letter") && content.length > 1_000)).toBe(
      true,
    );
  }, 600_000);

  test("a name that a handler logs by itself is found, so the search is no formality", async () => {
    await scene.host.start();
    await scene.tools.send(topic, [personAs("leak", canaryOf(peopleCount + 1), peopleCount + 1)]);

    const isTold = await until(() => findCanaries("log", scene.host.log).length > 0, 60_000);

    expect(isTold).toBe(true);
    expect(findCanaries("log", scene.host.log)).toContainEqual(
      expect.objectContaining({ kind: "name", form: "raw" }),
    );
    expect(canariesIn(await bundleTexts("after-a-leak.tar.gz"))).toEqual([]);
  }, 120_000);

  test("a name that a person writes into settings is found in the bundle, so that search is none either", async () => {
    const configuration = { handler: { url: target.url, note: canaryOf(6).name } };
    const own = await scene.makeTopic();
    await scene.insert({ name: "noted", handlerFunc: "@fixtures/careless", topic: own, configuration });

    const found = canariesIn(await bundleTexts("with-a-leak.tar.gz"));

    expect(found).toContainEqual(
      expect.objectContaining({ where: expect.stringMatching(/-noted\/row\.json$/), kind: "name" }),
    );
  }, 60_000);

  async function bundleTexts(name: string): Promise<readonly SearchedText[]> {
    const file = join(scene.folder, name);
    await scene.command("bundle", "--file", file, "--reason", "looked through");
    const { files, manifest } = openBundle(await readFile(file));
    expect(manifest.left.filter(({ reason }) => reason !== "refused")).toEqual([]);
    return [...files].map(([path, content]) => ({ where: `bundle ${path}`, content }));
  }

  /** Where alerts go: chats of two kinds and languages, signed with a secret. */
  async function plantChannels(): Promise<void> {
    for (const [name, kind, language] of [
      ["duty", "webhook", "en"],
      ["chat", "dingtalk", "zh-CN"],
    ]) {
      const secret = canaryOf(4).password;
      const made = { name, kind, language, isEnabled: true, url: `${channel.url}/${name}`, secret };
      expect((await scene.post("/api/v1/alert-channels", made)).status).toBe(201);
    }
    const rule = "/api/v1/alert-rules/consumer_blocked";
    const etag = (await fetch(`${scene.host.url}${rule}`)).headers.get("etag") ?? "";
    expect(await put(rule, { isEnabled: true, threshold: 0, forMs: 0 }, { "if-match": etag })).toBe(200);
  }

  async function put(
    path: string,
    body: unknown,
    headers: { readonly [name: string]: string },
  ): Promise<number> {
    const response = await fetch(`${scene.host.url}${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    scene.answers.push(await response.text());
    return response.status;
  }

  async function plantSecrets(): Promise<void> {
    const making = { "if-none-match": "*" };
    expect(await put("/api/v1/secrets/token", { value: canaryOf(1).password }, making)).toBe(201);
    expect(await put("/api/v1/secrets/emr", { value: source.connString }, making)).toBe(201);
    expect(await put("/api/v1/secrets/emr", { value: canaryOf(2).password }, making)).toBe(412);
    expect(await put("/api/v1/secrets/emr", { value: canaryOf(2).password }, {})).toBe(428);
  }

  async function plantConnections(): Promise<void> {
    const table = { captureSchema: "his", captureTable: "patient", handlerFunc: "@fixtures/careless" };
    const configuration = { handler: { url: target.url } };
    const add = (name: string, connString: string): Promise<string> =>
      scene.insert({ ...table, configuration, name, connString, topic: scene.nameTopic() });
    const { password } = canaryOf(3);
    const quoted = `'${password.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
    await add("by-secret", "${secret:emr}");
    await add("by-environment", "${env:EMR_BY_ENVIRONMENT}");
    await add("by-libpq", `host=127.0.0.1 port=1 user=reader dbname=his password=${quoted}`);
    await add("by-url", `postgres://reader:${encodeURIComponent(password)}@127.0.0.1:1/his`);
    await add("by-url-wrong", source.connString.replace(/:[^:@]*@/, `:${encodeURIComponent(password)}@`));
    await add("by-nothing", `mysql://reader:${password}@127.0.0.1:1/his`);
    for (const name of ["by-secret", "by-environment"])
      await until(() => worker.connectors.size >= (name === "by-secret" ? 1 : 2), 60_000);
    await scene.untilCause("by-libpq", "connect.source_unreachable");
    await scene.untilCause("by-url-wrong", "connect.login_refused");
  }

  async function plantRecords(): Promise<void> {
    const delivery = { attemptsMax: 1, backoffFirstMs: 10, parkedPercentMax: 100, deadlineMs: 2_000 };
    const configuration = { handler: { url: target.url }, delivery };
    await scene.insert({ name: "careless", handlerFunc: "@fixtures/careless", topic, configuration });
    const people = Array.from({ length: peopleCount }, (_, at) =>
      personAs(acts[at % acts.length] ?? "", canaryOf(at), at),
    );
    const { name, nationalId } = canaryOf(7);
    const broken = [
      { key: name, value: `{"name": "${name}"` },
      { key: nationalId, value: JSON.stringify({ id: nationalId, name }) },
      personAs("throw-late", canaryOf(8), 8),
    ];
    await scene.tools.send(topic, [...people, ...broken]);
    const count = peopleCount + broken.length;
    expect(broken).toHaveLength(brokenCount);
    await until(async () => sumOf(await scene.endings("careless")) >= count, endLimitMs);
  }

  /** What a handler returned, where it may return but a rule. */
  async function plantOutcomes(): Promise<void> {
    const configuration = { handler: { url: target.url } };
    for (const act of blockingActs) {
      const own = await scene.makeTopic();
      await scene.insert({
        name: `returns-${act}`,
        handlerFunc: "@fixtures/careless",
        topic: own,
        configuration,
      });
      await scene.tools.send(own, [personAs(act, canaryOf(5), 5)]);
    }
    for (const act of blockingActs) await scene.untilCause(`returns-${act}`, "handler.result_invalid");
  }

  async function plantTraces(): Promise<void> {
    const { name, nationalId } = canaryOf(9);
    const { password } = source;
    const trace = `ConnectException: ${name} (${nationalId}) at ${encodeURIComponent(password)}; login ${password} refused; {"name":"${name}"} 'id ${nationalId}' jdbc:postgresql://u:${password}@h\n at x.y(${name})`;
    for (const kept of worker.connectors.values()) Object.assign(kept, { taskState: "FAILED", trace });
    const isSeen = await until(
      async () => (await scene.sql("select from cdc.connector_health where failure is not null")).length > 0,
      60_000,
    );
    expect(isSeen).toBe(true);
    worker.next(/^PUT .*\/validate/, 500, { error_code: 500, message: trace });
    await scene.sql("update cdc.consumer set capture_table = 'visit' where name = 'by-environment'");
  }

  async function plantRequests(): Promise<void> {
    const { password, name, nationalId } = canaryOf(10);
    const statuses: number[] = [];
    for (const body of [
      { name: "refused", handler_func: source.connString, conn_string: `${source.connString}?sslmode=wrong` },
      { name: "refused", handler_func: "empi", topic: password, data_source: name, conn_string: password },
      // The name of a field that is not known is told back to whoever wrote it; what it holds is not.
      { unknown: [name, password], handler_func: nationalId },
      {
        name: "refused",
        handler_func: "empi",
        configuration: { unknown: name, handler: { token: password } },
      },
      {
        ...{ name: "refused", handler_func: "empi", topic: "t", data_source: "postgresql" },
        configuration: { connector: { options: { "database.password": password } } },
      },
    ])
      statuses.push((await scene.post("/api/v1/consumers", body)).status);
    statuses.push((await scene.get(`/api/v1/dead-letters?surprise=${encodeURIComponent(name)}`)).status);
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
  }

  async function askCommands(): Promise<void> {
    const letters = await scene.command("dead-letter", "list", "-o", "json");
    const [letter] = JSON.parse(letters.stdout).items as readonly { readonly id: string }[];
    for (const words of [
      ["consumer", "list"],
      ["consumer", "get", "by-libpq", "-o", "json"],
      ["consumer", "status", "careless"],
      ["dead-letter", "get", letter?.id ?? "", "-o", "json"],
      ["secret", "list", "-o", "json"],
      ["secret", "rewrap"],
      ["secret", "migrate"],
      ["connector", "doctor", "by-libpq"],
      ["audit", "list", "-o", "json"],
      ["doctor"],
    ])
      await scene.command(...words);
  }
});

/** A person's row, keyed by what must not be told. */
function personAs(act: string, { name, nationalId, password }: Canary, at: number): Message {
  const source = { connector: "postgresql", name: "his", db: "his", schema: "his", table: "patient" };
  const row = { id: at, act, name, national_id: nationalId, note: `login ${password}` };
  const change = {
    op: "c",
    before: null,
    after: row,
    source: { ...source, version: "3", ts_ms: Date.now() },
  };
  const value = JSON.stringify({ ...change, ts_ms: Date.now() });
  return { key: JSON.stringify({ national_id: nationalId, name }), value, headers: { patient: name } };
}

function sumOf(endings: { readonly [ending: string]: string | undefined }): number {
  return Object.values(endings).reduce((sum, one) => sum + Number(one), 0);
}

function sizeOf(texts: readonly SearchedText[]): number {
  return texts.reduce((sum, { content }) => sum + content.length, 0);
}
