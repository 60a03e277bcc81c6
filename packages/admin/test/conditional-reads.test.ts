import { expect, test } from "vitest";
import { appOver, storedConsumer } from "./support/small-house.ts";

const list = "/api/v1/consumers";

test("a list that has not changed is not sent again, and one that has is", async () => {
  const { app, house } = appOver();
  await storedConsumer(house, { name: "a" });
  const first = await app.inject(list);
  const held = String(first.headers.etag);

  const same = await app.inject({ url: list, headers: { "if-none-match": `W/${held}, "other"` } });
  await storedConsumer(house, { name: "b" });
  const changed = await app.inject({ url: list, headers: { "if-none-match": held } });

  expect([same.statusCode, same.body, same.headers.etag]).toEqual([304, "", held]);
  expect([changed.statusCode, changed.json().items.length]).toEqual([200, 2]);
});

test("refusals, texts and writes carry no tag", async () => {
  const { app } = appOver();

  const refused = await app.inject({ url: `${list}/nobody`, headers: { "if-none-match": "*" } });
  const metrics = await app.inject({ url: "/metrics", headers: { "if-none-match": "*" } });

  expect([refused.statusCode, refused.headers.etag]).toEqual([404, undefined]);
  expect([metrics.statusCode, metrics.headers.etag]).toEqual([200, undefined]);
});

test("every list that goes on links to its next page, with the same conditions", async () => {
  const { app, house } = appOver();
  for (const name of ["a1", "a2", "b"]) await storedConsumer(house, { name });

  const first = await app.inject(`${list}?limit=1&name=a`);
  const link = /^<(.*)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? "";
  const second = await app.inject(link);

  expect(new URL(link, "http://host").searchParams.get("name")).toBe("a");
  expect(second.json().items.map(({ name }: { name: string }) => name)).toEqual(["a2"]);
  expect(second.headers.link).toBeUndefined();
});
