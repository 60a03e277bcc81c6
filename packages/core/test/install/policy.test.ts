import { expect, test } from "vitest";
import { chooseVersion } from "../../src/install/registry/choose-version.ts";
import { parsePolicy } from "../../src/install/registry/parse-policy.ts";
import { includesLevel, ruleFor } from "../../src/install/registry/policy.ts";
import { identityPattern } from "../../src/install/registry/provenance.ts";
import { parseRegistry } from "../../src/install/registry/registry-access.ts";

const identity = {
  issuer: "https://token.actions.githubusercontent.com",
  repository: "https://github.com/acme/hello",
  workflow: ".github/workflows/release.yml",
  ref: "refs/tags/v*",
};
const builtBy = (repository: string, ref = "refs/tags/v1.2.0", workflow = identity.workflow): string =>
  `${repository}/${workflow}@${ref}`;

test("the first rule that matches counts, and no rule is a refusal", () => {
  const { policy, faults } = parsePolicy({
    packages: [
      { match: "@acme/hello", level: "provenance+identity", identity },
      { match: "@acme/*", level: "registry-signature" },
      { match: "plain", level: "integrity" },
    ],
  });

  expect(faults).toEqual([]);
  expect(ruleFor("@acme/hello", policy)).toMatchObject({ level: "provenance+identity", identity });
  expect(ruleFor("@acme/other", policy)).toMatchObject({ level: "registry-signature" });
  expect(ruleFor("plain", policy)).toMatchObject({ level: "integrity" });
  for (const name of ["@acmee/hello", "@acme-x/hello", "plainer", "@other/plain"])
    expect(ruleFor(name, policy)).toBeUndefined();
});

test("an empty policy allows nothing and asks for three days", () => {
  expect(parsePolicy({})).toEqual({
    policy: {
      ...{
        packages: [],
        minimumReleaseAgeHours: 72,
        ageExemptions: [],
        tarballOrigins: [],
        registryKeys: [],
        registries: [],
      },
    },
    faults: [],
  });
});

test("every fault of a policy is told at once, each with its path", () => {
  const { faults } = parsePolicy({
    package: [],
    packages: [
      { match: "../x", level: "signature" },
      { match: "@acme/*", level: "provenance+identity" },
      { match: "@acme/*", level: "integrity", identity },
      {
        match: "@acme/x",
        level: "provenance+identity",
        identity: { ...identity, repository: "github.com/acme/" },
      },
    ],
    minimumReleaseAgeHours: -1,
    ageExemptions: "@acme/*",
    tarballOrigins: ["https://files.example/path"],
    registryKeys: [{ keyid: "k", key: "a", expires: "soon" }],
  });

  expect(faults.map(({ path }) => path)).toEqual([
    "package",
    "packages[0].level",
    "packages[0].match",
    "packages[1].identity",
    "packages[2].identity",
    "packages[3].identity.repository",
    "minimumReleaseAgeHours",
    "ageExemptions",
    "tarballOrigins[0]",
    "registryKeys[0].expires",
  ]);
});

test.each([null, [], 7, "x"])("what is no object is no policy (%j)", (json) => {
  expect(parsePolicy(json).faults).toHaveLength(1);
});

test("levels ask for what the ones before them ask", () => {
  expect(includesLevel("provenance", "registry-signature")).toBe(true);
  expect(includesLevel("registry-signature", "provenance")).toBe(false);
  expect(includesLevel("integrity", "integrity")).toBe(true);
});

test("an identity matches as a whole and literally", () => {
  const pattern = new RegExp(identityPattern(identity));

  expect(pattern.test(builtBy("https://github.com/acme/hello"))).toBe(true);
  for (const other of [
    builtBy("https://github.com/acme/hello-evil"),
    builtBy("https://github.com/evil/acme/hello"),
    builtBy("https://evil.example/?https://github.com/acme/hello"),
    builtBy("https://githubxcom/acme/hello"),
    builtBy("https://github.com/acme/hello", "refs/heads/v1"),
    builtBy("https://github.com/acme/hello", "refs/tags/v1/../../heads/main"),
    builtBy("https://github.com/acme/hello", "refs/tags/v1", ".github/workflows/release.yml.evil"),
    `${builtBy("https://github.com/acme/hello")}\nhttps://evil.example`,
  ]) {
    expect(pattern.test(other), other).toBe(false);
  }
});

test("an exact version that is too young is refused even when an older one is there", () => {
  const { policy } = parsePolicy({ packages: [] });
  const nowMs = Date.parse("2026-01-10T00:00:00Z");
  const times = { "1.0.0": "2025-01-01T00:00:00Z", "1.1.0": "2026-01-09T00:00:00Z" };
  const published = { name: "x", versions: ["1.0.0", "1.1.0", "garbage"], times };
  const choose = (range: string): string => chooseVersion(published, { range, policy, nowMs });

  expect(choose("^1")).toBe("1.0.0");
  expect(() => choose("1.1.0")).toThrow(expect.objectContaining({ code: "plugin.too_young" }));
  expect(() => choose("^2")).toThrow(expect.objectContaining({ code: "plugin.version_not_published" }));
});

test("a token goes over https or the loopback alone, and an address holds no login", () => {
  expect(parseRegistry("https://npm.example/", "secret")).toEqual({
    url: "https://npm.example/",
    token: "secret",
  });
  expect(parseRegistry("http://127.0.0.1:4873/", "secret").token).toBe("secret");
  for (const [url, token] of [
    ["http://npm.example/", "secret"],
    ["https://user:password@npm.example/", null],
    ["https://npm.example/?x=1", null],
    ["ftp://npm.example/", null],
    ["npm.example", null],
  ] as const) {
    expect(() => parseRegistry(url, token), url).toThrow(
      expect.objectContaining({ code: "plugin.registry_invalid" }),
    );
  }
});

test("registries get a name, and say where their token lies", () => {
  const registries = [
    { name: "ours", url: "https://npm.example/", token: "${file:/run/secrets/npm}" },
    { name: "public", url: "https://registry.example" },
  ];

  const { policy, faults } = parsePolicy({ registries });

  expect(faults).toEqual([]);
  expect(policy.registries).toEqual([registries[0], { ...registries[1], token: null }]);
});

test("a registry without a name, of another scheme, twice, or with the token itself is a fault", () => {
  const { faults } = parsePolicy({
    registries: [
      { name: "Ours", url: "ftp://npm.example", token: "npm_secret" },
      { name: "one", url: "https://a.example" },
      { name: "one", url: "https://b.example", tokens: 1 },
    ],
  });

  expect(faults.map(({ path }) => path).toSorted()).toEqual([
    "registries",
    "registries[0].name",
    "registries[0].token",
    "registries[0].url",
    "registries[2].tokens",
  ]);
  expect(JSON.stringify(faults)).not.toContain("npm_secret");
});
