import { expect, test } from "vitest";
import { parseEnvironment } from "../src/parse-environment.ts";
import { missingNames } from "../src/required-settings.ts";

const files: { readonly [path: string]: string } = { "/run/key": "  a-key-of-at-least-16-characters\n" };
const readFile = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error("no such file");
  return text;
};
const parse = (env: { readonly [name: string]: string }) => parseEnvironment({ env, readFile });
const faultsOf = (env: { readonly [name: string]: string }) =>
  parse(env).faults.map(({ path, suggestion }) => [path, suggestion ?? ""]);

test("nothing set is no fault, and everything has its default", () => {
  const { settings, faults } = parse({ HOME: "/home/g" });

  expect(faults).toEqual([]);
  expect(settings).toMatchObject({
    databaseUrl: null,
    brokers: [],
    fetchWaitMs: 500,
    targetConcurrency: 64,
    logLevel: "trace",
    admin: { host: "127.0.0.1", port: 8180, token: null },
    dataDir: "/home/g/.local/share/gluttony",
  });
});

test.each([
  ["off", "silent"],
  ["panic", "fatal"],
  ["WARN", "warn"],
  ["trace", "trace"],
])("LOG_LEVEL=%s means %s", (written, level) => {
  expect(parse({ LOG_LEVEL: written }).settings.logLevel).toBe(level);
});

test("several brokers, without scheme, IPv6 too", () => {
  const { settings, faults } = parse({ KAFKA_HOST: "a:9092, b:9093,[::1]:9094" });

  expect(faults).toEqual([]);
  expect(settings.brokers).toEqual(["a:9092", "b:9093", "[::1]:9094"]);
});

test("every fault is reported at once, with what to write instead", () => {
  const faults = faultsOf({
    DATABASE_URL: "mysql://x",
    KAFKA_HOST: "kafka://broker:9092/x",
    EMPI_HOST: "empi:8080",
    CDSS_HOST: "ftp://cdss",
    CONNECT_HOST: "http://user:secret@connect:8083",
    TOPIC_CONSUME_INTERVAL: "1s",
    LOG_LEVEL: "inf",
    GLUTTONY_ADMIN_LISTEN: "0.0.0.0:8180",
    GLUTTONY_MASTERKEY: "x",
  });

  expect(Object.fromEntries(faults)).toMatchObject({
    DATABASE_URL: "postgresql://host:5432/gluttony, with user and password before the host",
    KAFKA_HOST: "broker:9092",
    EMPI_HOST: "http://empi:8080",
    CDSS_HOST: "http://host:port",
    CONNECT_HOST: "http://connect:8083/",
    TOPIC_CONSUME_INTERVAL: "500",
    LOG_LEVEL: "info",
    GLUTTONY_MASTERKEY: "GLUTTONY_MASTER_KEY",
  });
  expect(faults.length).toBe(9);
});

test("no fault repeats a secret", () => {
  const { faults } = parse({
    DATABASE_URL: "postgres//hunter2",
    CONNECT_HOST: "http://u:hunter2@h",
    GLUTTONY_ADMIN_TOKEN: "hunter2",
  });

  expect(faults.length).toBe(3);
  expect(JSON.stringify(faults)).not.toContain("hunter2");
});

test("a secret may come from a file, but not from two places", () => {
  expect(parse({ GLUTTONY_MASTER_KEY_FILE: "/run/key" }).settings.masterKey).toBe(
    "a-key-of-at-least-16-characters",
  );
  expect(faultsOf({ GLUTTONY_MASTER_KEY_FILE: "/run/key", GLUTTONY_MASTER_KEY: "y" })).toMatchObject([
    ["GLUTTONY_MASTER_KEY", "Unset one of them."],
  ]);
  expect(faultsOf({ GLUTTONY_ADMIN_TOKEN_FILE: "/nowhere" }).map(([path]) => path)).toEqual([
    "GLUTTONY_ADMIN_TOKEN_FILE",
  ]);
});

test("a fetch never waits longer than a second, so that a rebalance is heard of", () => {
  expect(parse({ TOPIC_CONSUME_INTERVAL: "30000" }).settings.fetchWaitMs).toBe(1_000);
});

test("beyond loopback only with a token", () => {
  const token = "a-token-of-at-least-16-characters";

  expect(faultsOf({ GLUTTONY_ADMIN_LISTEN: "0.0.0.0:1", GLUTTONY_ADMIN_TOKEN: token })).toEqual([]);
  expect(faultsOf({ GLUTTONY_ADMIN_LISTEN: "[::1]:1" })).toEqual([]);
  expect(faultsOf({ GLUTTONY_ADMIN_LISTEN: "10.0.0.1:1" }).length).toBe(1);
});

test("what a command needs is named when it is missing", () => {
  const { settings } = parse({});

  expect(missingNames(settings, ["DATABASE_URL", "KAFKA_HOST"]).map((fault) => fault.path)).toEqual([
    "DATABASE_URL",
    "KAFKA_HOST",
  ]);
});

test("the calls to one target at once are a whole number in bounds", () => {
  for (const written of ["1", "1024"]) {
    const { settings, faults } = parse({ GLUTTONY_TARGET_CONCURRENCY: written });
    expect([settings.targetConcurrency, faults]).toEqual([Number(written), []]);
  }
  for (const written of ["0", "1025", "-1", "1.5", "many"]) {
    const { settings, faults } = parse({ GLUTTONY_TARGET_CONCURRENCY: written });
    expect(settings.targetConcurrency).toBe(64);
    expect(faults).toMatchObject([{ path: "GLUTTONY_TARGET_CONCURRENCY", suggestion: "64" }]);
  }
});

test("what cells run with is the host's own Node and the default user, unless it is said", () => {
  const written = parse({ GLUTTONY_CELL_NODE: "/opt/node-26/bin/node", GLUTTONY_CELL_USER: "1200" });

  expect(parse({}).settings.cells).toEqual({ nodePath: null, user: null });
  expect(written.settings.cells).toEqual({
    nodePath: "/opt/node-26/bin/node",
    user: { uid: 1_200, gid: 1_200 },
  });
  expect(parse({ GLUTTONY_CELL_USER: "1200:1300" }).settings.cells.user).toEqual({ uid: 1_200, gid: 1_300 });
});

test.each(["0", "0:0", "nobody", "1200:", "-1", "1200:1300:1400"])(
  "cells never run as root or as a name that nobody knows (%s)",
  (written) => {
    expect(faultsOf({ GLUTTONY_CELL_USER: written })).toEqual([["GLUTTONY_CELL_USER", "60999:60999"]]);
  },
);

test("the cells' Node is an absolute path", () => {
  expect(faultsOf({ GLUTTONY_CELL_NODE: "node" })).toEqual([["GLUTTONY_CELL_NODE", "/opt/node-26/bin/node"]]);
});

test("a schema registry has a URL, and a login or a token, which no fault repeats", () => {
  const url = "http://registry:8081/apis/ccompat/v7/";
  const registryOf = (env: { readonly [name: string]: string }) =>
    parse({ GLUTTONY_SCHEMA_REGISTRY: url, ...env }).settings.schemaRegistry;

  expect(parse({}).settings.schemaRegistry).toBeNull();
  expect(registryOf({})).toEqual({ url: "http://registry:8081/apis/ccompat/v7", authorization: null });
  expect(registryOf({ GLUTTONY_SCHEMA_REGISTRY_LOGIN: "u:p:w" })?.authorization).toBe("Basic dTpwOnc=");
  expect(registryOf({ GLUTTONY_SCHEMA_REGISTRY_TOKEN_FILE: "/run/key" })?.authorization).toBe(
    "Bearer a-key-of-at-least-16-characters",
  );
  const faults = [
    faultsOf({ GLUTTONY_SCHEMA_REGISTRY: "registry:8081" }),
    faultsOf({ GLUTTONY_SCHEMA_REGISTRY_TOKEN: "hunter2" }),
    faultsOf({ GLUTTONY_SCHEMA_REGISTRY: url, GLUTTONY_SCHEMA_REGISTRY_LOGIN: "hunter2" }),
    faultsOf({
      GLUTTONY_SCHEMA_REGISTRY: url,
      GLUTTONY_SCHEMA_REGISTRY_LOGIN: "u:hunter2",
      GLUTTONY_SCHEMA_REGISTRY_TOKEN: "hunter2",
    }),
  ];
  expect(faults).toEqual([
    [["GLUTTONY_SCHEMA_REGISTRY", "http://registry:8081"]],
    [["GLUTTONY_SCHEMA_REGISTRY", "http://registry:8081"]],
    [["GLUTTONY_SCHEMA_REGISTRY_LOGIN", "user:password"]],
    [["GLUTTONY_SCHEMA_REGISTRY_LOGIN", "Unset one of them."]],
  ]);
  expect(JSON.stringify(faults)).not.toContain("hunter2");
});

test("what the deployer allows of connectors is read as lists", () => {
  const { settings, faults } = parse({
    GLUTTONY_CONNECTOR_SOURCES: "mysql, postgresql",
    GLUTTONY_CONNECTOR_NAME_PREFIXES: "his-",
    GLUTTONY_CONNECTOR_REGISTRIES: "http://registry:8081/",
    GLUTTONY_CONNECTOR_SECRETS: "file:/run/secrets/",
    GLUTTONY_CONNECTOR_RESERVED_TOPICS: "connect-configs",
    GLUTTONY_LOCAL_SOURCES: "127.0.0.1:5432,LocalHost:5432,[::1]:5432",
  });

  expect(faults).toEqual([]);
  expect(settings.connectorPolicy).toEqual({
    sources: ["postgresql", "mysql"],
    transforms: null,
    namePrefixes: ["his-"],
    registries: ["http://registry:8081"],
    referencePrefixes: ["file:/run/secrets/"],
    reservedTopics: ["connect-configs"],
    localSources: ["127.0.0.1:5432", "localhost:5432", "::1:5432"],
  });
});

test.each([
  ["GLUTTONY_CONNECTOR_SOURCES", "db2"],
  ["GLUTTONY_CONNECTOR_TRANSFORMS", "org.example.Script"],
  ["GLUTTONY_CONNECTOR_NAME_PREFIXES", "a/b"],
  ["GLUTTONY_CONNECTOR_REGISTRIES", "http://user:password@registry"],
  ["GLUTTONY_CONNECTOR_SECRETS", "file:"],
  ["GLUTTONY_CONNECTOR_SECRETS", "file:/run/../etc"],
  ["GLUTTONY_CONNECTOR_RESERVED_TOPICS", "a b"],
  ["GLUTTONY_LOCAL_SOURCES", "127.0.0.1"],
])("%s=%s is a fault", (name, value) => {
  expect(faultsOf({ [name]: value }).map(([path]) => path)).toEqual([name]);
});

test.each([
  [{}, false, null],
  [{ GLUTTONY_READ_ONLY: "false", GLUTTONY_ENVIRONMENT: "test" }, false, { name: "test", colour: "grey" }],
  [
    { GLUTTONY_READ_ONLY: "true", GLUTTONY_ENVIRONMENT: "production:red" },
    true,
    { name: "production", colour: "red" },
  ],
])("%j is a host that only reads: %j", (env, isReadOnly, environment) => {
  const { settings, faults } = parse(env as { readonly [name: string]: string });

  expect(faults).toEqual([]);
  expect(settings.face).toEqual({ isReadOnly, environment });
});

test.each([
  [{ GLUTTONY_READ_ONLY: "yes" }, "true"],
  [{ GLUTTONY_ENVIRONMENT: "production:pink" }, "production:red"],
  [{ GLUTTONY_ENVIRONMENT: ":red" }, "production:red"],
])("%j is a fault, and lets nothing through", (env, suggestion) => {
  expect(faultsOf(env as { readonly [name: string]: string }).map(([, told]) => told)).toEqual([suggestion]);
  expect(parse({ GLUTTONY_READ_ONLY: "yes" }).settings.face.isReadOnly).toBe(true);
});
