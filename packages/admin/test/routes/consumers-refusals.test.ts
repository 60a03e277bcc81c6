import { expect, test } from "vitest";
import { bodyBytesMax } from "../../src/app.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const body = { name: "persons", topic: "persons", handler_func: "empi", global_key: ["id"] };
const path = "/api/v1/consumers";
const whole = { ...body, is_valid: true, configuration: {} };
const json = { "content-type": "application/json" };

test("unknown fields are refused with their pointers and the field that was meant", async () => {
  const { app, house } = appOver();

  const answer = await app.inject({ method: "POST", url: path, payload: { ...body, topik: "a", "x/y~": 1 } });

  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    code: "request.invalid",
    errors: [{ pointer: "/topik", suggestion: "topic" }, { pointer: "/x~1y~0" }],
  });
  expect(house.consumers.rows.size).toBe(0);
});

test("missing fields and wrong types are told together", async () => {
  const { app } = appOver();

  const answer = await app.inject({ method: "POST", url: path, payload: { name: 7, global_key: ["id", 1] } });

  const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/global_key/1", "/handler_func", "/name"]);
});

test("a PUT that forgets what would do harm is refused", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({
    method: "PUT",
    url: `${path}/1`,
    headers: { "if-match": '"1"' },
    payload: { name: "persons", handler_func: "empi" },
  });

  const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/configuration", "/global_key", "/is_valid"]);
});

test("a PUT of another consumer's id is refused", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const payload = { ...whole, id: "2" };
  const answer = await app.inject({
    method: "PUT",
    url: `${path}/1`,
    headers: { "if-match": '"1"' },
    payload,
  });

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, "/id"]);
});

test.each(["POST", "GET"] as const)("%s refuses unknown query parameters", async (method) => {
  const { app } = appOver();

  const answer = await app.inject({
    method,
    url: `${path}?limmit=1`,
    ...(method === "POST" && { payload: body }),
  });

  expect(answer.statusCode).toBe(400);
  expect(answer.json().errors).toMatchObject([{ in: "query", pointer: "/limmit" }]);
});

test.each([
  ["malformed", '{"name": '],
  ["empty", ""],
  ["with a prototype", '{"name":"persons","handler_func":"empi","__proto__":{"is_valid":true}}'],
  ["not an object", "null"],
  ["an array", "[]"],
])("a body that is %s is the caller's fault", async (_what, payload) => {
  const { app, house } = appOver();

  const answer = await app.inject({ method: "POST", url: path, headers: json, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
  expect(house.lines).toEqual([]);
});

test.each(["\\u0000", "\\ud800", "\\udc00x"])(
  "a body with %s, which no database text holds, is the caller's fault",
  async (escape) => {
    const { app, house } = appOver();
    const payload = `{"name":"persons","handler_func":"empi","configuration":{"handler":{"${escape}":1}}}`;

    const answer = await app.inject({ method: "POST", url: path, headers: json, payload });

    expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
    expect(house.consumers.rows.size).toBe(0);
  },
);

test("no body at all is the caller's fault", async () => {
  const { app } = appOver();

  const answer = await app.inject({ method: "POST", url: path });

  expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
});

test("a malformed body is not quoted", async () => {
  const { app } = appOver();

  const answer = await app.inject({
    method: "POST",
    url: path,
    headers: json,
    payload: '{"conn_string":"hunter2" oops',
  });

  expect(answer.body).not.toContain("hunter2");
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
  "a body of %s is not read",
  async (type) => {
    const { app } = appOver();

    const payload = JSON.stringify(body);
    const answer = await app.inject({
      method: "POST",
      url: path,
      headers: { "content-type": type },
      payload,
    });

    expect([answer.statusCode, answer.json().code]).toEqual([415, "request.media_type_unsupported"]);
  },
);

test("a body beyond the limit is refused and its connection closed", async () => {
  const { app } = appOver();

  const payload = { ...body, configuration: { padding: "x".repeat(bodyBytesMax) } };
  const answer = await app.inject({ method: "POST", url: path, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([413, "request.too_large"]);
  expect(answer.headers.connection).toBe("close");
});

test.each([33, 100_000])("a body nested %d deep is refused", async (depth) => {
  const { app } = appOver();

  const nested = "[".repeat(depth) + "]".repeat(depth);
  const payload = `{"name":"persons","handler_func":"empi","configuration":{"handler":${nested}}}`;
  const answer = await app.inject({ method: "POST", url: path, headers: json, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
  expect(answer.json().detail).toContain("deep nesting");
});

test("every fault of a consumer is told at once, each with its pointer", async () => {
  const { app } = appOver();

  const payload = {
    name: "persons",
    handler_func: " ",
    data_source: "postgres",
    global_key: ["id", ""],
    configuration: { delivery: { deadlineMs: -1 }, nonsense: true },
  };
  const answer = await app.inject({ method: "POST", url: path, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([422, "consumer.invalid"]);
  const pointers = answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers).toEqual(
    expect.arrayContaining([
      "/handler_func",
      "/data_source",
      "/topic",
      "/global_key/1",
      "/configuration/delivery/deadlineMs",
      "/configuration/nonsense",
    ]),
  );
});

test("plugins are asked about a draft that can be read, and their faults are told", async () => {
  const fault = { path: "configuration.handler.url", message: "Must be a URL." };
  const { app } = appOver({ validateHandler: async () => [fault] });

  const answer = await app.inject({ method: "POST", url: path, payload: body });

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, "/configuration/handler/url"]);
});
