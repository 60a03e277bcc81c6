import { cp, mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installFromRegistry, type Installed, parsePolicy, parseRegistry } from "@gluttony/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fixturePlugin, MemoryReleases, memoryLog } from "../support/cells.ts";
import { FixtureRegistry, type Published } from "../support/fixture-registry.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";

const name = "@fixtures/well-behaved";
const longAgo = "2020-01-01T00:00:00.000Z";
const limits = { requestMs: 1_000, stepMs: 8_000, retries: 1 };

let registry: FixtureRegistry;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gluttony-registry-"));
  registry = await FixtureRegistry.start();
  file = await packVersion("1.0.0");
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await removeReadOnly(folder);
});

async function packVersion(version: string): Promise<string> {
  const root = join(await mkdtemp(join(folder, "copy-")), "package");
  await cp(fixturePlugin("well-behaved"), root, { recursive: true });
  const path = join(root, "package.json");
  const json: object = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...json, version }));
  return packPlugin(root, folder);
}

function publish(changes: Partial<Published> = {}): void {
  registry.publish({ name, version: "1.0.0", file, time: longAgo, ...changes });
}

interface Wish {
  readonly name?: string;
  readonly range?: string;
  readonly level?: string;
  readonly policy?: object;
}

function install(wish: Wish = {}): Promise<Installed> {
  const { policy, faults } = parsePolicy({
    packages: [{ match: "@fixtures/*", level: wish.level ?? "integrity", ...identityFor(wish.level) }],
    registryKeys: [{ keyid: registry.keyid, key: registry.publicKey }],
    ...wish.policy,
  });
  expect(faults).toEqual([]);
  return installFromRegistry(
    {
      ...{ name: wish.name ?? name, range: wish.range ?? "1.0.0", policy, limits },
      registry: parseRegistry(registry.url, null),
    },
    { releases, log: memoryLog() },
    { storeDir: join(folder, "store"), grantNet: [], by: "tester" },
  );
}

function identityFor(level: string | undefined): object {
  if (level !== "provenance+identity") return {};
  const issuer = "https://token.actions.githubusercontent.com";
  const repository = "https://github.com/fixtures/well-behaved";
  return { identity: { issuer, repository, workflow: ".github/workflows/release.yml", ref: "refs/tags/*" } };
}

let releases: MemoryReleases;
beforeEach(() => {
  releases = new MemoryReleases();
});

/** What a refused install must not leave. */
async function leftovers(): Promise<readonly string[]> {
  const folders = ["staging", "releases"].map((one) => readdir(join(folder, "store", one)).catch(() => []));
  return (await Promise.all(folders)).flat();
}

describe("a package from a registry", () => {
  test("is settled to one exact version, checked against its integrity, and tried", async () => {
    publish();
    publish({ version: "1.4.0", file: await packVersion("1.4.0") });
    publish({ version: "2.0.0", file: await packVersion("2.0.0") });

    const { release, integrity } = await install({ range: "^1" });

    expect(release).toMatchObject({ package: name, version: "1.4.0" });
    expect(integrity).toMatch(/^sha512-/);
    expect(registry.asked).toEqual([`/${name}`, `/${name}/-/1.4.0.tgz`]);
    expect(await readdir(join(folder, "store", "staging"))).toEqual([]);
  });

  test("with a signature by a pinned key passes the level that asks for it", async () => {
    publish();

    await expect(install({ level: "registry-signature" })).resolves.toMatchObject({
      release: { version: "1.0.0" },
    });
  });

  test("takes the highest version that is old enough, and an exempt one at once", async () => {
    publish();
    publish({ version: "1.1.0", file: await packVersion("1.1.0"), time: new Date().toISOString() });

    const { release } = await install({ range: "^1" });
    const young = await install({ range: "^1", policy: { ageExemptions: ["@fixtures/*"] } });

    expect([release.version, young.release.version]).toEqual(["1.0.0", "1.1.0"]);
  });

  test("may come from another origin when the policy allows it", async () => {
    await using files = await FixtureRegistry.start();
    files.publish({ name, version: "1.0.0", file, time: longAgo });
    publish({ spoil: ({ dist }) => Object.assign(dist, { tarball: `${files.url}${name}/-/1.0.0.tgz` }) });

    await expect(install()).rejects.toMatchObject({ code: "plugin.origin_refused" });
    expect(files.asked).toEqual([]);
    await install({ policy: { tarballOrigins: [new URL(files.url).origin] } });

    expect(files.asked).toHaveLength(1);
  });
});

describe("refusals, each with its own code and nothing left behind", () => {
  const spoilDist =
    (changes: object): Published["spoil"] =>
    ({ dist }) => {
      Object.assign(dist, changes);
    };
  const wrongSignature = [{ keyid: "SHA256:fixture", sig: "MEUCIQ==" }];
  const strangersKey = [{ keyid: "SHA256:stranger", sig: "MEUCIQ==" }];
  const zeros = `sha512-${"A".repeat(86)}==`;

  test.each<readonly [string, Partial<Published>, Wish, string]>([
    ["a package that no rule names", {}, { policy: { packages: [] } }, "plugin.not_allowed"],
    ["a version that is not there", {}, { range: "^3" }, "plugin.version_not_published"],
    ["a package that is not there", {}, { name: "@fixtures/absent" }, "plugin.not_published"],
    ["a release of this morning", { time: new Date().toISOString() }, {}, "plugin.too_young"],
    ["a release of tomorrow", { time: "2999-01-01T00:00:00Z" }, {}, "plugin.age_unknown"],
    ["a release without a time", { time: "" }, {}, "plugin.age_unknown"],
    ["another content", { spoil: spoilDist({ integrity: zeros }) }, {}, "plugin.integrity_wrong"],
    [
      "sha1 alone",
      { spoil: spoilDist({ integrity: undefined, shasum: "00" }) },
      {},
      "plugin.integrity_missing",
    ],
    [
      "another package's entry",
      { spoil: (entry) => Object.assign(entry, { name: "@fixtures/other" }) },
      {},
      "plugin.metadata_mismatch",
    ],
    [
      "no signature",
      { spoil: spoilDist({ signatures: [] }) },
      { level: "registry-signature" },
      "plugin.signature_missing",
    ],
    [
      "a signature that is wrong",
      { spoil: spoilDist({ signatures: wrongSignature }) },
      { level: "registry-signature" },
      "plugin.signature_wrong",
    ],
    [
      "a signature by a stranger",
      { spoil: spoilDist({ signatures: strangersKey }) },
      { level: "registry-signature" },
      "plugin.signature_key_unknown",
    ],
    [
      "no pinned key",
      {},
      { level: "registry-signature", policy: { registryKeys: [] } },
      "plugin.signature_key_unknown",
    ],
    ["no provenance", {}, { level: "provenance" }, "plugin.provenance_missing"],
    ["no provenance to identify", {}, { level: "provenance+identity" }, "plugin.provenance_missing"],
  ])("%s", async (_name, changes, wish, code) => {
    publish(changes);

    await expect(install(wish)).rejects.toMatchObject({ code });

    expect(await leftovers()).toEqual([]);
    expect(await releases.list()).toEqual([]);
  });

  test("a key that had expired when the release was published", async () => {
    publish();
    const expired = { keyid: registry.keyid, key: registry.publicKey, expires: "2019-01-01T00:00:00Z" };

    const installing = install({ level: "registry-signature", policy: { registryKeys: [expired] } });

    await expect(installing).rejects.toMatchObject({ code: "plugin.signature_key_expired" });
  });

  test("provenance of another package", async () => {
    const payload = Buffer.from(
      JSON.stringify({ subject: [{ name: "pkg:npm/%40fixtures/other@1.0.0", digest: { sha512: "00" } }] }),
    ).toString("base64");
    const bundle = { dsseEnvelope: { payload, signatures: [{ keyid: "", sig: "AA==" }] } };
    publish({ spoil: spoilDist({ attestations: { url: `${registry.url}-/npm/v1/attestations/x` } }) });
    registry.instead = ({ url }, response) => {
      if (url?.includes("attestations") !== true) return false;
      response.end(
        JSON.stringify({ attestations: [{ predicateType: "https://slsa.dev/provenance/v1", bundle }] }),
      );
      return true;
    };

    const installing = install({ level: "provenance" });

    await expect(installing).rejects.toMatchObject({ code: "plugin.provenance_of_another" });
    expect(await leftovers()).toEqual([]);
  });

  test("a file of another package under the right hash", async () => {
    publish({ file: await packPlugin(fixturePlugin("misbehaves"), folder) });

    await expect(install()).rejects.toMatchObject({ code: "plugin.package_mismatch" });
    expect(await leftovers()).toEqual([]);
  });

  test("a name that looks like an installed one's, until the policy names it", async () => {
    publish();
    publish({ name: "@fixtures1/well-behaved", spoil: undefined });
    await install();
    const scope = [{ match: "@fixtures1/*", level: "integrity" }];
    const named = [{ match: "@fixtures1/well-behaved", level: "integrity" }];

    const alike = install({ name: "@fixtures1/well-behaved", policy: { packages: scope } });
    await expect(alike).rejects.toMatchObject({ code: "plugin.look_alike", facts: { like: name } });

    const meant = install({ name: "@fixtures1/well-behaved", policy: { packages: named } });
    await expect(meant).rejects.toMatchObject({ code: "plugin.package_mismatch" });
  });
});

describe("a registry that misbehaves", () => {
  const answers: readonly (readonly [string, FixtureRegistry["instead"], string])[] = [
    ["errors", (_request, response) => !!response.writeHead(503).end(), "plugin.registry_unreachable"],
    ["silence", () => true, "plugin.registry_unreachable"],
    ["no JSON", (_request, response) => !!response.end("<html>"), "plugin.metadata_invalid"],
    [
      "a refused login",
      (_request, response) => !!response.writeHead(401).end("{}"),
      "plugin.registry_login_refused",
    ],
    ["a cut connection", ({ socket }) => !!socket.destroy(), "plugin.registry_unreachable"],
    [
      "half an answer",
      (_request, response) => {
        response.writeHead(200, { "content-length": "5000" }).write('{"name":');
        setTimeout(() => response.destroy(), 50);
        return true;
      },
      "plugin.registry_unreachable",
    ],
    [
      "a redirect to elsewhere",
      (_request, response) => !!response.writeHead(302, { location: "http://127.0.0.2:9/x" }).end(),
      "plugin.origin_refused",
    ],
  ];

  test.each(answers)(
    "with %s",
    async (_how, answer, code) => {
      publish();
      registry.instead = answer;

      await expect(install()).rejects.toMatchObject({ code });

      expect(registry.asked.length).toBeLessThanOrEqual(4);
      expect(await leftovers()).toEqual([]);
    },
    20_000,
  );

  test.each(answers.filter(([how]) => how !== "no JSON"))(
    "with %s for the file alone",
    async (_how, answer, code) => {
      publish();
      registry.instead = (request, response) =>
        request.url?.endsWith(".tgz") === true && answer(request, response);

      await expect(install()).rejects.toMatchObject({
        code:
          code === "plugin.registry_unreachable"
            ? expect.stringMatching(/registry_unreachable|integrity_wrong/)
            : code,
      });

      expect(registry.asked.length).toBeLessThanOrEqual(6);
      expect(await leftovers()).toEqual([]);
    },
    30_000,
  );

  test("a failure that passes is passed over", async () => {
    publish();
    let failures = 1;
    registry.instead = (_request, response) => {
      failures -= 1;
      return failures >= 0 && !!response.writeHead(503).end();
    };

    await expect(install()).resolves.toMatchObject({ release: { version: "1.0.0" } });
  });
});
