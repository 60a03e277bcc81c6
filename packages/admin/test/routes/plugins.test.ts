import type { Release } from "@gluttony/model";
import { expect, test } from "vitest";
import type { PluginUser, SeenPlugin, SeenRelease } from "../../src/plugin-ports.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/plugins";
const scoped = `${path}/@example%2Fempi`;

const release: Release = {
  package: "@example/empi",
  version: "1.0.0",
  treeHash: "abc",
  root: "/secret/folder",
  manifest: {
    ...{ manifest: 1, protocols: [1], needs: ["batch"], limits: { memoryMb: 64 }, node: ">=20" },
    handlers: [
      { name: "empi", entry: ".", export: "empi", title: "EMPI", config: { type: "object" } },
      { name: "other", entry: ".", export: "other", title: "Other", config: {} },
    ],
    permissions: { net: ["https://empi.example"], secrets: ["token"] },
  },
  isFirstParty: false,
  grantedNet: [],
  grantedSecrets: { token: "${file:/secret/place}" },
};

const seenRelease: SeenRelease = {
  ...{ version: "1.0.0", state: "active", isActive: true, previous: null, isComplete: true, release },
  verification: { from: "file", level: "integrity" },
  hosts: [{ hostId: "h1", isReady: true, code: null }],
  fences: { holding: ["process"], missing: ["network"], refusedFor: null },
};

const user: PluginUser = {
  ...{ id: "1", name: "persons", handler: "@example/empi", served: "1.0.0" },
  pin: { version: "1.0.0", previous: null, insteadOf: "1.1.0" },
  shadow: { version: "2.0.0", counts: [{ kind: "same", live: "", shadow: "", count: 12n }] },
};

function plugin(users: readonly PluginUser[] = [user]): SeenPlugin {
  return { package: "@example/empi", releases: [seenRelease], users };
}

async function houseWithPlugin(): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  built.house.plugins.seen.push(plugin());
  return built;
}

test("a plugin is shown with its releases, hosts, fences, pins, take-backs and shadows", async () => {
  const { app } = await houseWithPlugin();

  const list = await app.inject(path);
  const one = await app.inject(scoped);

  expect(list.json()).toEqual({ items: [one.json()], next: null });
  expect(one.json()).toMatchObject({
    package: "@example/empi",
    hiddenUsers: 0,
    releases: [
      { version: "1.0.0", state: "active", hosts: [{ hostId: "h1" }], fences: { missing: ["network"] } },
    ],
    users: [{ name: "persons", pin: { insteadOf: "1.1.0" }, shadow: { counts: [{ count: "12" }] } }],
  });
});

test("users beyond the caller's scope are a number", async () => {
  const built = appOver({}, { token: "the-deployers-own-token" });
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  built.house.plugins.seen.push(plugin([user, { ...user, id: "2", name: "not-theirs" }]));
  const token = await tokenOf(built.house.access, [{ role: "viewer", scope: { site: "north" } }]);

  const answer = await built.app.inject({ url: scoped, headers: { authorization: `Bearer ${token}` } });

  expect(answer.json()).toMatchObject({ users: [{ id: "1" }], hiddenUsers: 1 });
  expect(answer.body).not.toContain("not-theirs");
});

test("a release says what it asks for and what was granted, but not where files and secrets lie", async () => {
  const { app } = await houseWithPlugin();

  const answer = await app.inject(`${scoped}/versions/1.0.0`);

  expect(answer.json()).toMatchObject({
    asks: { net: ["https://empi.example"], secrets: ["token"] },
    granted: { net: [], secrets: ["token"] },
    handlers: [{ name: "empi", batchMax: null }, { name: "other" }],
    node: ">=20",
  });
  expect(answer.body).not.toContain("/secret/");
});

test.each([
  ["?handler=empi", 200, undefined],
  ["", 422, "handler.ambiguous"],
  ["?handler=nobody", 422, "handler.not_found"],
  ["?handlers=empi", 400, "request.invalid"],
])("the schema of settings asked for as %j answers %i", async (query, status, code) => {
  const { app } = await houseWithPlugin();

  const answer = await app.inject(`${scoped}/versions/1.0.0/schema${query}`);

  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  if (status === 200) expect(answer.json().schema).toEqual({ type: "object" });
});

test("what is not installed is not found", async () => {
  const { app } = await houseWithPlugin();

  const answers = await Promise.all([
    app.inject(`${path}/nobody`),
    app.inject(`${scoped}/versions/9.9.9`),
    app.inject(`${path}/@example/empi`),
  ]);

  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
    [404, "plugin.unknown"],
    [404, "plugin.release_unknown"],
    [404, "request.not_found"],
  ]);
});

test("the history leaves out what was done for consumers that the caller may not see", async () => {
  const built = appOver({}, { token: "the-deployers-own-token" });
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  const deed = { at: new Date(0), actor: "ann", deed: "pin", version: "1.0.0", reason: "why" };
  for (const consumerId of ["1", "2", null]) built.house.plugins.noted.push({ ...deed, consumerId });
  const token = await tokenOf(built.house.access, [{ role: "viewer", scope: { site: "north" } }]);

  const answer = await built.app.inject({
    url: `${scoped}/history`,
    headers: { authorization: `Bearer ${token}` },
  });

  expect(answer.json().items.map((one: { consumerId: string }) => one.consumerId)).toEqual(["1", null]);
});
