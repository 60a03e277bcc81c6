import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const scoped = "/api/v1/plugins/@example%2Fempi";
const ofConsumer = "/api/v1/consumers/persons/plugins/@example%2Fempi";

async function houseWithPlugin(): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  await storedConsumer(built.house);
  built.house.plugins.seen.push({ package: "@example/empi", releases: [], users: [] });
  return built;
}

test.each([
  [`${scoped}/versions/1.0.0:activate`, {}, { do: "activate", version: "1.0.0" }],
  [`${scoped}/versions/1.0.0:deactivate`, {}, { do: "deactivate", version: "1.0.0" }],
  [`${scoped}:roll-back`, {}, { do: "roll-back", consumer: null }],
  [`${ofConsumer}:pin`, { version: "1.0.0" }, { do: "pin", version: "1.0.0", consumer: "1" }],
  [`${ofConsumer}:unpin`, {}, { do: "unpin", consumer: "1" }],
  [`${ofConsumer}:shadow`, { version: "2.0.0" }, { do: "shadow", version: "2.0.0", consumer: "1" }],
  [`${ofConsumer}:unshadow`, {}, { do: "unshadow", consumer: "1" }],
  [`${ofConsumer}:roll-back`, {}, { do: "roll-back", consumer: "1" }],
])("POST %s does its deed, with who and why", async (url, body, deed) => {
  const { app, house } = await houseWithPlugin();

  const answer = await app.inject({ method: "POST", url, payload: { ...body, reason: "tried" } });

  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ changes: [{ do: deed.do }], plugin: { package: "@example/empi" } });
  expect(house.plugins.done).toEqual([
    { packageName: "@example/empi", deed, by: { actor: "local", reason: "tried" } },
  ]);
});

test("a deed that is refused says why and does nothing", async () => {
  const { app, house } = await houseWithPlugin();
  const post = (url: string, payload: object) => app.inject({ method: "POST", url, payload });

  const answers = [
    await post("/api/v1/plugins/nobody:roll-back", {}),
    await post("/api/v1/consumers/nobody/plugins/nobody:unpin", {}),
    await post(`${ofConsumer}:pin`, {}),
    await post(`${ofConsumer}:unpin`, { version: "1.0.0" }),
  ];

  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
    [422, "plugin.not_installed"],
    [404, "consumer.not_found"],
    [400, "request.invalid"],
    [400, "request.invalid"],
  ]);
  expect(house.plugins.done).toEqual([]);
});

test("an install answers with what is there, and with what nobody granted", async () => {
  const { app, house } = appOver();
  const permissions = { net: ["https://empi.example"] };
  const manifest = {
    manifest: 1,
    protocols: [1],
    needs: [],
    handlers: [],
    permissions,
    limits: { memoryMb: 64 },
  } as const;
  const release = { package: "@example/empi", version: "1.2.0", treeHash: "abc", root: "/secret", manifest };
  house.plugins.installed = {
    ...{ release: { ...release, isFirstParty: false, grantedNet: [] }, integrity: "sha512-x" },
    notGranted: ["https://empi.example"],
  };

  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/plugins",
    payload: { source: "@example/empi@^1", registry: "ours", activates: false, reason: "new" },
  });

  expect([answer.statusCode, answer.headers.location]).toEqual([
    201,
    "/api/v1/plugins/%40example%2Fempi/versions/1.2.0",
  ]);
  expect(answer.json()).toMatchObject({
    version: "1.2.0",
    notGranted: ["https://empi.example"],
    isActive: false,
  });
  expect(answer.body).not.toContain("/secret");
  expect(house.plugins.asked).toEqual([
    {
      wish: { source: "@example/empi@^1", registry: "ours", grantNet: [], activates: false },
      by: { actor: "local", reason: "new" },
    },
  ]);
});

test("where secrets lie and which address is asked cannot be said over the wire", async () => {
  const { app, house } = appOver();
  const install = (extra: object) =>
    app.inject({
      method: "POST",
      url: "/api/v1/plugins",
      payload: { source: "@example/empi@1.0.0", ...extra },
    });

  const answers = [
    await install({ grantSecrets: { token: "${file:/etc/passwd}" } }),
    await install({ registryUrl: "http://169.254.169.254/" }),
  ];

  expect(answers.map((answer) => [answer.statusCode, answer.json().errors[0].pointer])).toEqual([
    [400, "/grantSecrets"],
    [400, "/registryUrl"],
  ]);
  expect(house.plugins.asked).toEqual([]);
});

test("a release that is in use stays, and the users are named", async () => {
  const { app, house } = appOver();
  const pin = { version: "1.0.0", previous: null, insteadOf: null };
  const user = { id: "1", name: "persons", handler: "@example/empi", served: "1.0.0", pin, shadow: null };
  house.plugins.seen.push({ package: "@example/empi", releases: [], users: [user] });

  const refused = await app.inject({ method: "DELETE", url: `${scoped}/versions/1.0.0` });
  const removed = await app.inject({ method: "DELETE", url: `${scoped}/versions/0.9.0?reason=old` });

  expect([refused.statusCode, refused.json().code]).toEqual([409, "plugin.release_pinned"]);
  expect(refused.json().detail).toContain("persons");
  expect([removed.statusCode, house.plugins.removed]).toEqual([204, ["@example/empi@0.9.0"]]);
});

test("a person with a scope changes nothing for all, and their own consumers alone", async () => {
  const built = appOver({}, { token: "the-deployers-own-token" });
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  await storedConsumer(built.house, { name: "others", configuration: { labels: { site: "south" } } });
  built.house.plugins.seen.push({ package: "@example/empi", releases: [], users: [] });
  const grants = [
    { role: "developer", scope: { site: "north" } },
    { role: "viewer", scope: null },
  ] as const;
  const authorization = `Bearer ${await tokenOf(built.house.access, grants)}`;
  const post = (url: string) =>
    built.app.inject({ method: "POST", url, headers: { authorization }, payload: {} });

  const answers = [
    await post(`${scoped}/versions/1.0.0:activate`),
    await post("/api/v1/consumers/others/plugins/@example%2Fempi:unpin"),
    await post(`${ofConsumer}:unpin`),
  ];

  expect(answers.map((answer) => answer.statusCode)).toEqual([403, 403, 200]);
});
