import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const body = { name: "persons", topic: "persons", handler_func: "empi", global_key: ["id"] };
const path = "/api/v1/consumers";
const whole = { ...body, is_valid: true, configuration: {} };

test("a created consumer is answered with its place, its tag and every column", async () => {
  const { app, house } = appOver();

  const answer = await app.inject({ method: "POST", url: path, payload: body });

  expect(answer.statusCode).toBe(201);
  expect(answer.headers).toMatchObject({ location: `${path}/1`, etag: '"1"' });
  expect(answer.json()).toEqual({
    id: "1",
    name: "persons",
    conn_string: null,
    data_source: null,
    capture_schema: null,
    capture_table: null,
    topic: "persons",
    group: null,
    handler_func: "empi",
    global_key: ["id"],
    is_valid: true,
    count: "0",
    creation_time: "1970-01-01T00:00:00.000Z",
    revision: "1",
    steering: null,
    configuration: {},
  });
  expect(house.consumers.actors).toEqual(["local"]);
});

test("a taken name is a conflict", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "POST", url: path, payload: body });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "consumer.name_taken"]);
});

test.each(["1", "persons"])("a consumer is found by %s, with its tag", async (idOrName) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject(`${path}/${idOrName}`);

  expect([answer.statusCode, answer.headers.etag, answer.json().id]).toEqual([200, '"1"', "1"]);
});

test("a consumer that does not exist is told apart from a page that does not", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}/nobody`);

  expect([answer.statusCode, answer.json().code]).toEqual([404, "consumer.not_found"]);
});

test.each(['"1"', 'W/"1"', '"0", "1"', "*"])("a reader who holds %s gets no body", async (tag) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ url: `${path}/1`, headers: { "if-none-match": tag } });

  expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, "", '"1"']);
});

test("a reader who holds another revision gets the body", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ url: `${path}/1`, headers: { "if-none-match": '"7"' } });

  expect(answer.statusCode).toBe(200);
});

test("a replaced consumer has the next revision", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const payload = { ...whole, is_valid: false };
  const answer = await app.inject({
    method: "PUT",
    url: `${path}/1`,
    headers: { "if-match": '"1"' },
    payload,
  });

  expect([answer.statusCode, answer.headers.etag]).toEqual([200, '"2"']);
  expect(answer.json()).toMatchObject({ is_valid: false, revision: "2" });
});

test("a deleted consumer is gone, and the answer is empty", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "DELETE", url: `${path}/1`, headers: { "if-match": '"1"' } });

  expect([answer.statusCode, answer.body, house.consumers.rows.size]).toEqual([204, "", 0]);
});

test.each([
  ["PUT", undefined, 428, "consumer.revision_required"],
  ["PUT", "*", 428, "consumer.revision_required"],
  ["PUT", '"7"', 412, "consumer.stale_revision"],
  ["PUT", 'W/"1"', 412, "consumer.stale_revision"],
  ["PUT", '"1", "2"', 412, "consumer.stale_revision"],
  ["DELETE", undefined, 428, "consumer.revision_required"],
  ["DELETE", "*", 428, "consumer.revision_required"],
  ["DELETE", '"7"', 412, "consumer.stale_revision"],
] as const)("%s with If-Match %s changes nothing: %d", async (method, ifMatch, status, code) => {
  const { app, house } = appOver();
  const row = await storedConsumer(house);

  const headers = ifMatch === undefined ? {} : { "if-match": ifMatch };
  const payload = method === "PUT" ? { payload: whole } : {};
  const answer = await app.inject({ method, url: `${path}/1`, headers, ...payload });

  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(house.consumers.rows.get("1")).toEqual(row);
});

test("a stale writer is told the current revision", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "DELETE", url: `${path}/1`, headers: { "if-match": '"7"' } });

  expect(answer.json().detail).toContain("current=1");
});

test("a count beyond what JSON numbers hold is shown exactly", async () => {
  const { app, house } = appOver();
  const row = await storedConsumer(house);
  house.consumers.rows.set("1", { ...row, count: 9_007_199_254_740_993n, revision: 9_007_199_254_740_995n });

  const answer = await app.inject(`${path}/1`);

  expect(answer.json()).toMatchObject({ count: "9007199254740993", revision: "9007199254740995" });
  expect(answer.headers.etag).toBe('"9007199254740995"');
});
