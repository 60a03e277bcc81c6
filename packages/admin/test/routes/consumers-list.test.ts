import type { LightMyRequestResponse } from "fastify";
import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers";

test("the list pages through every consumer once, in the order of names", async () => {
  const { app, house } = appOver();
  for (const name of ["c", "a", "b", "e", "d"]) await storedConsumer(house, { name });

  const names: string[] = [];
  let next: string | undefined = `${path}?limit=2`;
  while (next !== undefined) {
    const answer: LightMyRequestResponse = await app.inject(next);
    names.push(...answer.json().items.map(({ name }: { name: string }) => name));
    next = /^<(.*)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
  }

  expect(names).toEqual(["a", "b", "c", "d", "e"]);
});

test("the cursor of the longest name is taken back", async () => {
  const { app, house } = appOver();
  await storedConsumer(house, { name: "患".repeat(255) });
  await storedConsumer(house, { name: `${"患".repeat(254)}者` });

  const first = await app.inject(`${path}?limit=1`);
  const second = await app.inject(`${path}?limit=1&cursor=${first.json().next}`);

  expect([second.statusCode, second.json().items.length]).toEqual([200, 1]);
});

test("the list is narrowed by a part of the name and by what is observed", async () => {
  const { app, house } = appOver();
  await storedConsumer(house, { name: "persons" });
  await storedConsumer(house, { name: "visits" });

  const byName = await app.inject(`${path}?name=isi`);
  const byState = await app.inject(`${path}?state=running`);

  expect(byName.json().items).toMatchObject([{ name: "visits", observed: { state: "unknown" } }]);
  expect(byState.json()).toEqual({ items: [], next: null });
});

test.each(["0", "201", "-1", "ten"])("a limit of %s is refused", async (limit) => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?limit=${limit}`);

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/limit"]);
});

test("a cursor of somewhere else is refused", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?cursor=bm9uZQ`);

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/cursor"]);
});

test("a state that does not exist is refused with those that do", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?state=runing`);

  expect(answer.statusCode).toBe(400);
  expect(answer.json().errors).toHaveLength(1);
  expect(answer.json().errors[0]).toMatchObject({ in: "query", pointer: "/state" });
  expect(answer.json().errors[0].message).toContain("running");
});
