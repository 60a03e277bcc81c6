import { createHash } from "node:crypto";
import { type Grant, KnownSecrets } from "@gluttony/model";
import { expect, test } from "vitest";
import { type OpenBundle, openBundle } from "../../../../test/support/open-bundle.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const url = "/api/v1/diagnostics:bundle";
const token = "the-deployers-own-token";
const parts = [
  { path: "host/log.jsonl", source: "the log", read: async () => '{"msg":"login with pw-7f3a9c refused"}\n' },
  {
    path: "host/numbers.json",
    source: "numbers",
    read: async () => ({ count: 7n, password: "pw-in-clear" }),
  },
];

function scrubOf(): KnownSecrets {
  const known = new KnownSecrets();
  known.learn("place", ["pw-7f3a9c"]);
  return known;
}

async function twoSites(grants: readonly Grant[]): Promise<{
  readonly built: ReturnType<typeof appOver>;
  readonly ask: () => Promise<OpenBundle>;
}> {
  const built = appOver({ diagnostics: parts, scrub: scrubOf() }, { token });
  await storedConsumer(built.house, { name: "north", configuration: { labels: { site: "north" } } });
  await storedConsumer(built.house, {
    name: "south",
    configuration: { labels: { site: "south" }, handler: { apiToken: "t0ken-of-lab", ref: "${secret:lab}" } },
  });
  const authorization = `Bearer ${await tokenOf(built.house.access, grants)}`;
  const ask = async (): Promise<OpenBundle> => {
    const answer = await built.app.inject({
      method: "POST",
      url,
      headers: { authorization },
      payload: { reason: "for the maker" },
    });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/gzip"]);
    return openBundle(answer.rawPayload);
  };
  return { built, ask };
}

const admin: readonly Grant[] = [
  { role: "admin", scope: null },
  { role: "auditor", scope: null },
];

test("a bundle holds what the API answers and what the host adds, each as its manifest says", async () => {
  const { ask } = await twoSites(admin);

  const { manifest, files, folder } = await ask();

  expect(folder).toMatch(/^gluttony-diagnostics-[0-9TZ-]+$/);
  expect(manifest).toMatchObject({
    format: "gluttony-diagnostics/1",
    reason: "for the maker",
    isOfAll: true,
  });
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      "manifest.json",
      "host/log.jsonl",
      "host/meta.json",
      "host/readiness.json",
      "overview.json",
      "consumers/001-north/row.json",
      "consumers/001-north/status.json",
      "consumers/002-south/errors.json",
    ]),
  );
  expect(JSON.parse(files.get("consumers/001-north/row.json") ?? "")).toMatchObject({ name: "north" });
  expect(JSON.parse(files.get("host/numbers.json") ?? "")).toMatchObject({ count: "7" });
});

test("no secret is in it: not one that the process knows, nor one that is named so", async () => {
  const { ask } = await twoSites(admin);

  const { files } = await ask();
  const all = [...files.values()].join("\n");

  expect(all).not.toMatch(/pw-7f3a9c|pw-in-clear|t0ken-of-lab/);
  expect(all).toContain("login with ******** refused");
  expect(all).toContain("${secret:lab}");
});

test("a leak that is planted is found, so the search is no formality", async () => {
  const leaking = [{ path: "host/leak.json", source: "a leak", read: async () => ({ note: "pw-9d2e" }) }];
  const { app } = appOver({ diagnostics: leaking });

  const answer = await app.inject({ method: "POST", url, payload: {} });

  expect(openBundle(answer.rawPayload).files.get("host/leak.json")).toContain("pw-9d2e");
});

test("within a scope it holds its consumers alone, and nothing of the host", async () => {
  const { ask } = await twoSites([{ role: "operator", scope: { site: "north" } }]);

  const { manifest, files } = await ask();

  expect(manifest.isOfAll).toBe(false);
  expect([...files.keys()].filter((path) => path.startsWith("host/"))).toEqual([]);
  expect([...files.keys()].some((path) => path.startsWith("consumers/001-north/"))).toBe(true);
  expect([...files.values()].join("\n")).not.toContain("south");
});

test("what the asker may not see is named as left out, with the API's own code", async () => {
  const { ask } = await twoSites([{ role: "operator", scope: null }]);

  const { manifest } = await ask();

  expect(manifest.left).toContainEqual(
    expect.objectContaining({ path: "secrets.json", reason: "refused", code: "request.not_permitted" }),
  );
});

test("who may not ask for one is refused", async () => {
  const { built } = await twoSites(admin);
  const authorization = `Bearer ${await tokenOf(built.house.access, [{ role: "viewer", scope: null }])}`;

  const answer = await built.app.inject({ method: "POST", url, headers: { authorization }, payload: {} });

  expect([answer.statusCode, answer.json().code]).toEqual([403, "request.not_permitted"]);
});

test("asking is in the audit, with the hash of what was given out", async () => {
  const { built } = await twoSites(admin);

  const answer = await built.app.inject({
    method: "POST",
    url,
    headers: { authorization: `Bearer ${token}` },
    payload: { reason: "for the maker" },
  });

  expect(built.house.access.notes).toContainEqual(
    expect.objectContaining({
      actor: "admin-token",
      action: "diagnostics.collect",
      reason: "for the maker",
      result: "done",
      detail: expect.objectContaining({
        sha256: createHash("sha256").update(answer.rawPayload).digest("hex"),
      }),
    }),
  );
});

test("one is made at a time, and an answer is not given again for its key", async () => {
  const { app } = appOver();
  const headers = { "idempotency-key": "one" };

  const both = await Promise.all([
    app.inject({ method: "POST", url, payload: {} }),
    app.inject({ method: "POST", url, payload: {} }),
  ]);
  const first = await app.inject({ method: "POST", url, headers, payload: {} });
  const again = await app.inject({ method: "POST", url, headers, payload: {} });

  expect(both.map(({ statusCode }) => statusCode).toSorted((left, right) => left - right)).toEqual([
    200, 429,
  ]);
  expect([first.statusCode, again.statusCode]).toEqual([200, 200]);
  expect(openBundle(again.rawPayload).manifest.format).toBe("gluttony-diagnostics/1");
});
