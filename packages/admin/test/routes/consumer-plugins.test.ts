import { expect, test } from "vitest";
import type { UpgradeFacts } from "../../src/plugin-ports.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const url = "/api/v1/consumers/persons/plugins";
const scoped = `${url}/@example%2Fempi`;

const facts: UpgradeFacts = {
  ...{ package: "@example/empi", from: "1.4.2", to: "1.5.0", treeHash: "abc", handler: "empi" },
  settings: [
    { name: "timeoutMs", change: "added", isSet: false, isRequired: false, hasDefault: true },
    { name: "legacyMode", change: "removed", isSet: true, isRequired: false, hasDefault: false },
  ],
  permissions: { added: ["https://new.example"], removed: [], notGranted: [] },
  ...{ protocols: [1], node: ">=20", memoryMb: { from: 64, to: 128 }, blockers: [] },
};

async function houseWithUpgrade(changes: Partial<UpgradeFacts> = {}): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  await storedConsumer(built.house);
  built.house.plugins.seen.push({ package: "@example/empi", releases: [], users: [] });
  built.house.plugins.upgrade = { ...facts, ...changes };
  return built;
}

test("the plugin of a consumer's handler is shown with what serves it", async () => {
  const { app, house } = await houseWithUpgrade();
  house.plugins.used = {
    ...{ package: "@example/empi", isShipped: false, handler: "@example/empi@^1", served: "1.4.2" },
    pin: null,
    shadow: { version: "1.5.0", counts: [{ kind: "outcome", live: "done", shadow: "x.y", count: 3n }] },
  };

  const list = await app.inject(url);
  const one = await app.inject(scoped);
  const other = await app.inject(`${url}/nobody`);

  expect(list.json().items).toEqual([one.json()]);
  expect(one.json()).toMatchObject({
    served: "1.4.2",
    shadow: { counts: [{ kind: "outcome", count: "3" }] },
  });
  expect([other.statusCode, other.json().code]).toEqual([409, "plugin.consumer_uses_another"]);
});

test("a handler that cannot be read has no plugin", async () => {
  const { app } = await houseWithUpgrade();

  expect((await app.inject(url)).json()).toEqual({ items: [], next: null });
});

test("an upgrade is planned, shown, and done as it was shown", async () => {
  const { app, house } = await houseWithUpgrade();

  const planned = await app.inject({
    method: "POST",
    url: `${scoped}:plan-upgrade`,
    payload: { version: "1.5.0" },
  });
  expect(house.plugins.done).toEqual([]);
  const { expiresAt, hash } = planned.json();
  const applied = await app.inject({
    method: "POST",
    url: `${scoped}:apply-upgrade`,
    payload: { version: "1.5.0", expiresAt, hash, reason: "faster" },
  });

  expect(planned.json()).toMatchObject({
    from: "1.4.2",
    to: "1.5.0",
    settings: facts.settings,
    consumerId: "1",
  });
  expect(planned.json().warnings).toEqual([
    "The setting legacyMode is set, and the other release does not know it.",
    "It asks for https://new.example, too.",
  ]);
  expect(applied.statusCode).toBe(200);
  expect(house.plugins.done).toMatchObject([{ deed: { do: "pin", version: "1.5.0", consumer: "1" } }]);
});

test.each([
  ["the release's files", { treeHash: "other" }],
  ["what serves", { from: "1.4.1" }],
  ["what is granted", { permissions: { added: [], removed: [], notGranted: ["https://new.example"] } }],
])("a plan is stale when %s changed", async (_, changes) => {
  const { app, house } = await houseWithUpgrade();
  const plan = await app.inject({
    method: "POST",
    url: `${scoped}:plan-upgrade`,
    payload: { version: "1.5.0" },
  });
  const { expiresAt, hash } = plan.json();
  house.plugins.upgrade = { ...facts, ...changes };

  const answer = await app.inject({
    method: "POST",
    url: `${scoped}:apply-upgrade`,
    payload: { version: "1.5.0", expiresAt, hash },
  });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "plugin.plan_stale"]);
  expect(house.plugins.done).toEqual([]);
});

test("a plan is stale with another end, and after its end", async () => {
  const { app, house } = await houseWithUpgrade();
  const plan = await app.inject({
    method: "POST",
    url: `${scoped}:plan-upgrade`,
    payload: { version: "1.5.0" },
  });

  const answer = await app.inject({
    method: "POST",
    url: `${scoped}:apply-upgrade`,
    payload: { version: "1.5.0", expiresAt: "2100-01-01T00:00:00.000Z", hash: plan.json().hash },
  });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "plugin.plan_stale"]);
  expect(house.plugins.done).toEqual([]);
});

test("what would keep the consumer from running is told in the plan and refuses it", async () => {
  const blocker = {
    code: "handler.config_invalid",
    message: "The settings are wrong",
    faults: [{ path: "configuration.handler.legacyMode", message: "This key is not known." }],
  };
  const { app, house } = await houseWithUpgrade({ blockers: [blocker] });

  const plan = await app.inject({
    method: "POST",
    url: `${scoped}:plan-upgrade`,
    payload: { version: "1.5.0" },
  });
  const { expiresAt, hash } = plan.json();
  const answer = await app.inject({
    method: "POST",
    url: `${scoped}:apply-upgrade`,
    payload: { version: "1.5.0", expiresAt, hash },
  });

  expect(plan.json().blockers).toEqual([blocker]);
  expect(answer.json()).toMatchObject({
    code: "handler.config_invalid",
    errors: [{ pointer: "/configuration/handler/legacyMode" }],
  });
  expect(house.plugins.done).toEqual([]);
});
