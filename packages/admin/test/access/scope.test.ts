import type { Grant } from "@gluttony/model";
import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, draft, letter, storedConsumer } from "../support/small-house.ts";

const token = "the-deployers-own-token";
const labels = (
  site: string,
): { readonly configuration: { readonly labels: { readonly site: string } } } => ({
  configuration: { labels: { site } },
});

async function twoSites(grants: readonly Grant[]): Promise<{
  readonly built: ReturnType<typeof appOver>;
  readonly headers: { readonly authorization: string };
}> {
  const built = appOver({}, { token });
  await storedConsumer(built.house, { name: "north", ...labels("north") });
  await storedConsumer(built.house, { name: "south", ...labels("south") });
  built.house.deadLetters.letters.push(
    letter({ id: "1", consumerId: "1", consumer: "north" }),
    letter({ id: "2", consumerId: "2", consumer: "south" }),
  );
  return { built, headers: { authorization: `Bearer ${await tokenOf(built.house.access, grants)}` } };
}

const operatorOfNorth: readonly Grant[] = [{ role: "operator", scope: { site: "north" } }];

test("lists hold only what the scope covers", async () => {
  const { built, headers } = await twoSites(operatorOfNorth);

  const consumers = await built.app.inject({ url: "/api/v1/consumers", headers });
  const letters = await built.app.inject({ url: "/api/v1/dead-letters", headers });

  expect(consumers.json().items.map(({ name }: { name: string }) => name)).toEqual(["north"]);
  expect(letters.json().items.map(({ id }: { id: string }) => id)).toEqual(["1"]);
});

test.each(["/api/v1/consumers/2", "/api/v1/consumers/south", "/api/v1/consumers/south/status"])(
  "%s of another scope is answered as if there were none",
  async (url) => {
    const { built, headers } = await twoSites(operatorOfNorth);

    const answer = await built.app.inject({ url, headers });
    const missing = await built.app.inject({ url: url.replace(/2$|south/, "nowhere"), headers });

    expect(answer.statusCode).toBe(404);
    expect({ ...answer.json(), requestId: "", instance: "" }).toEqual({
      ...missing.json(),
      requestId: "",
      instance: "",
    });
  },
);

test("letters of another scope can neither be read nor replayed, alone or among others", async () => {
  const { built, headers } = await twoSites(operatorOfNorth);
  const { app } = built;

  const read = await app.inject({ url: "/api/v1/dead-letters/2", headers });
  const one = await app.inject({ method: "POST", url: "/api/v1/dead-letters/2:replay", headers });
  const among = await app.inject({
    method: "POST",
    url: "/api/v1/dead-letters:replay",
    headers,
    payload: { ids: ["1", "2"], reason: "again" },
  });
  const filter = await app.inject({
    method: "POST",
    url: "/api/v1/dead-letters:discard",
    headers,
    payload: { consumer: "south", reason: "gone" },
  });

  expect([read, one, among, filter].map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
});

test("who may read a consumer and not change it is told which permission is missing", async () => {
  const { built, headers } = await twoSites(operatorOfNorth);

  const answer = await built.app.inject({
    method: "PUT",
    url: "/api/v1/consumers/north",
    headers: { ...headers, "if-match": '"1"' },
    payload: { name: "north", handler_func: "empi", global_key: [], is_valid: false, configuration: {} },
  });

  expect(answer.statusCode).toBe(403);
  expect(answer.json()).toMatchObject({
    code: "request.not_permitted",
    detail: expect.stringContaining("permission=consumer.write"),
  });
  expect(built.house.access.notes).toContainEqual(
    expect.objectContaining({ action: "consumer.write", result: "refused" }),
  );
});

test("a consumer can be moved neither out of a scope nor into another", async () => {
  const { built, headers } = await twoSites([{ role: "admin", scope: { site: "north" } }]);
  const body = { name: "north", handler_func: "empi", topic: "persons", global_key: [], is_valid: true };

  const out = await built.app.inject({
    method: "PUT",
    url: "/api/v1/consumers/north",
    headers: { ...headers, "if-match": '"1"' },
    payload: { ...body, configuration: { labels: { site: "south" } } },
  });
  const unlabelled = await built.app.inject({
    method: "POST",
    url: "/api/v1/consumers",
    headers,
    payload: { ...draftBody(), name: "third" },
  });
  const within = await built.app.inject({
    method: "POST",
    url: "/api/v1/consumers",
    headers,
    payload: { ...draftBody(), name: "third", configuration: { labels: { site: "north" } } },
  });

  expect([out, unlabelled, within].map(({ statusCode }) => statusCode)).toEqual([403, 403, 201]);
});

function draftBody(): { readonly [column: string]: unknown } {
  const { name, topic, handlerFunc } = draft();
  return { name, topic, handler_func: handlerFunc };
}
