import { MASK } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { knownSecrets, secretsOfSettings } from "../src/known-secrets.ts";
import { createLog } from "../src/log.ts";
import { parseEnvironment } from "../src/parse-environment.ts";

const settingsOf = (env: { readonly [name: string]: string }) =>
  parseEnvironment({ env, readFile: () => "" }).settings;

describe("the environment's secrets", () => {
  test("are the database's password, tokens, keys and the registry's login", () => {
    const secrets = secretsOfSettings(
      settingsOf({
        DATABASE_URL: "postgres://u:p%40ss-1@h/d",
        GLUTTONY_ADMIN_TOKEN: "a-token-of-16-characters",
        GLUTTONY_MASTER_KEY: "a-key-of-16-characters",
        GLUTTONY_MASTER_KEY_PREVIOUS: "the-key-before-that-one",
        GLUTTONY_SCHEMA_REGISTRY: "http://registry:8081",
        GLUTTONY_SCHEMA_REGISTRY_LOGIN: "reader:swordfish",
      }),
    );

    expect(secrets).toEqual(
      expect.arrayContaining([
        "p%40ss-1",
        "p@ss-1",
        "a-token-of-16-characters",
        "a-key-of-16-characters",
        "the-key-before-that-one",
        "swordfish",
        Buffer.from("reader:swordfish").toString("base64"),
      ]),
    );
  });

  test("a previous master key without a current one is a fault", () => {
    const { faults } = parseEnvironment({
      env: { GLUTTONY_MASTER_KEY_PREVIOUS: "the-key-before-that-one" },
      readFile: () => "",
    });

    expect(faults).toMatchObject([{ path: "GLUTTONY_MASTER_KEY" }]);
  });

  test.each([
    ["production", true],
    ["development", false],
    ["", false],
  ])("NODE_ENV=%s is production: %s", (NODE_ENV, isProduction) => {
    expect(settingsOf({ NODE_ENV }).isProduction).toBe(isProduction);
  });
});

test("no line of the log holds a secret that is known, whichever way it is written", () => {
  const secret = 'Nacht"igall/9';
  const lines: string[] = [];
  const log = createLog("info", { service: "test" }, { write: (line) => lines.push(line) });
  knownSecrets.learn("a test", [secret]);

  log.info(`raw ${secret}`, {
    [secret]: 1,
    url: encodeURIComponent(secret),
    basic: Buffer.from(`user:${secret}`).toString("base64"),
  });
  log.info("named", { note: "password=hunter2 rest" });
  knownSecrets.forget("a test");

  const told: readonly { readonly msg: string; readonly note?: string }[] = lines.map((line) =>
    JSON.parse(line),
  );
  expect(told.map(({ msg }) => msg)).toEqual([`raw ${MASK}`, "named"]);
  expect(told[1]?.note).toBe(`password=${MASK} rest`);
  expect(lines.join("")).not.toMatch(/igall|aWdhbGw/);
});
