import type { Grant } from "@gluttony/model";
import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, observed, storedConsumer } from "../support/small-house.ts";

const consumer = "/api/v1/consumers/1";
const path = "/api/v1/operations";
const payload = { reason: "a look at the target" };

async function paused() {
  const built = appOver();
  await storedConsumer(built.house, { configuration: { labels: { site: "north" } } });
  const answer = await built.app.inject({ method: "POST", url: `${consumer}:pause`, payload });
  return { ...built, id: answer.json().id as string };
}

test("an operation runs until the hosts say that it is so, and is then done for ever", async () => {
  const { app, house, id } = await paused();
  const before = (await app.inject(`${path}/${id}`)).json();
  house.observed.push(observed({ state: "paused", revision: 2n }));
  const after = (await app.inject(`${path}/${id}`)).json();
  house.observed.splice(0);
  const later = (await app.inject(`${path}/${id}`)).json();

  expect(before).toMatchObject({ state: "running", isCancellable: true, result: null, error: null });
  expect(after).toMatchObject({
    state: "done",
    isCancellable: false,
    result: { state: "paused" },
    error: null,
  });
  expect(later).toEqual(after);
});

test("one that did not come to be so in time failed, and says what was seen", async () => {
  const { app, house, id } = await paused();
  const [operation] = house.operations.all;
  if (operation !== undefined) house.operations.all[0] = { ...operation, deadlineAt: new Date(0) };
  house.observed.push(observed({ state: "blocked", revision: 2n }));

  const answer = (await app.inject(`${path}/${id}`)).json();

  expect(answer).toMatchObject({
    state: "failed",
    error: { code: "operation.timed_out", facts: { state: "blocked" } },
  });
});

test("the list is filtered by consumer, kind and state, the newest first", async () => {
  const { app, house, id } = await paused();
  await storedConsumer(house, { name: "others" });
  await app.inject({ method: "POST", url: "/api/v1/consumers/others:restart", payload: {} });
  const idsOf = async (query: string): Promise<readonly string[]> =>
    (await app.inject(`${path}${query}`)).json().items.map((one: { id: string }) => one.id);

  expect(await idsOf("")).toEqual(["operation-2", id]);
  expect(await idsOf("?consumer=persons")).toEqual([id]);
  expect(await idsOf("?kind=consumer.restart")).toEqual(["operation-2"]);
  expect(await idsOf("?state=done")).toEqual([]);
});

test("one that was found to have ended is not listed among those that run", async () => {
  const { app, house } = await paused();
  house.observed.push(observed({ state: "paused", revision: 2n }));

  expect((await app.inject(`${path}?state=running`)).json().items).toEqual([]);
  expect((await app.inject(`${path}?state=done`)).json().items).toHaveLength(1);
});

test("a cancelled pause asks again for what was asked before", async () => {
  const { app, id } = await paused();

  const answer = await app.inject({ method: "POST", url: `${path}/${id}:cancel` });
  const again = await app.inject({ method: "POST", url: `${path}/${id}:cancel` });
  const status = (await app.inject(`${consumer}/status`)).json();

  expect([answer.statusCode, answer.json().state]).toEqual([200, "cancelled"]);
  expect(answer.json().error.code).toBe("operation.cancelled");
  expect([again.statusCode, again.json().code]).toEqual([409, "operation.ended"]);
  expect(status.desired).toBe("enabled");
});

test("a restart cannot be taken back", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const { id } = (await app.inject({ method: "POST", url: `${consumer}:restart`, payload: {} })).json();

  const answer = await app.inject({ method: "POST", url: `${path}/${id}:cancel` });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "operation.not_cancellable"]);
});

test.each(["nothing", "00000000-0000-0000-0000-000000000000"])("there is no operation %s", async (id) => {
  const { app } = await paused();

  const answer = await app.inject(`${path}/${id}`);

  expect([answer.statusCode, answer.json().code]).toEqual([404, "operation.not_found"]);
});

test("who may not see a consumer sees none of its operations, and cannot cancel one", async () => {
  const { app, house, id } = await paused();
  const grants: readonly Grant[] = [{ role: "operator", scope: { site: "south" } }];
  const headers = { authorization: `Bearer ${await tokenOf(house.access, grants)}` };

  const list = await app.inject({ url: path, headers });
  const named = await app.inject({ url: `${path}?consumer=persons`, headers });
  const one = await app.inject({ url: `${path}/${id}`, headers });
  const cancel = await app.inject({ method: "POST", url: `${path}/${id}:cancel`, headers });

  expect(list.json().items).toEqual([]);
  expect([named, one, cancel].map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
  expect(house.operations.all[0]?.state).toBe("running");
});

test("who looks after the consumers of a site sees their operations", async () => {
  const { app, house, id } = await paused();
  const grants: readonly Grant[] = [{ role: "viewer", scope: { site: "north" } }];
  const headers = { authorization: `Bearer ${await tokenOf(house.access, grants)}` };

  const list = await app.inject({ url: path, headers });
  const cancel = await app.inject({ method: "POST", url: `${path}/${id}:cancel`, headers });

  expect(list.json().items).toHaveLength(1);
  expect(cancel.statusCode).toBe(403);
});
