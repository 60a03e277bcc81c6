import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { checkConfig } from "../src/check-config.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["org"],
  properties: {
    org: { type: "string", minLength: 2 },
    retries: { type: "integer", default: 3 },
    baseUrl: { type: "string", default: "${env:EMPI_HOST}", pattern: "^http" },
    password: { type: "string", "x-gluttony-secret": true },
    deep: { type: "object", additionalProperties: false, properties: { inner: { type: "boolean" } } },
  },
};
const env = { EMPI_HOST: "http://empi:8080", CDSS_HOST: undefined };

const faultsOf = (config: Parameters<typeof checkConfig>[0]) => {
  try {
    checkConfig(config, schema, { env, secrets: ["token"] });
    return [];
  } catch (error) {
    return error instanceof GluttonyError ? error.faults : [];
  }
};

test("defaults are filled in and references are replaced, and what was given stays as it was", () => {
  const config = Object.freeze({ org: "acme" });

  expect(checkConfig(config, schema, { env, secrets: ["token"] })).toEqual({
    org: "acme",
    retries: 3,
    baseUrl: "http://empi:8080",
  });
});

test("every fault is told at once, with its path and the nearest known key", () => {
  const faults = faultsOf({ orgg: "acme", retries: "5", deep: { iner: true } });

  expect(faults).toEqual(
    expect.arrayContaining([
      { path: "configuration.handler.org", message: "This key is missing." },
      {
        path: "configuration.handler.orgg",
        message: "This key is not known.",
        suggestion: "Did you mean org?",
      },
      {
        path: "configuration.handler.deep.iner",
        message: "This key is not known.",
        suggestion: "Did you mean inner?",
      },
      { path: "configuration.handler.retries", message: "It must be integer." },
    ]),
  );
});

test("a value is never repeated", () => {
  expect(
    JSON.stringify(faultsOf({ org: "s", baseUrl: "secret-value", retries: "secret-value" })),
  ).not.toContain("secret");
});

test("a reference leads to allowed names only, and to names that are set", () => {
  expect(faultsOf({ org: "${env:DATABASE_URL}" })).toMatchObject([
    { path: "configuration.handler.org", message: "DATABASE_URL may not be referred to here." },
  ]);
  expect(faultsOf({ org: "${env:CDSS_HOST}" })).toMatchObject([
    { path: "configuration.handler.org", message: "CDSS_HOST is not set." },
  ]);
});

test("a secret in plain text is refused by its path, and is not repeated; its name is taken", () => {
  const faults = faultsOf({ org: "acme", password: "correct-horse" });

  expect(faults).toEqual([
    {
      path: "configuration.handler.password",
      message: "It must be the name of a secret that the plugin asks for, never the secret itself.",
      suggestion: "One of: token.",
    },
  ]);
  expect(faultsOf({ org: "acme", password: "token" })).toEqual([]);
});
