import { expect, test } from "vitest";
import { appOver, storedConsumer } from "./support/small-house.ts";

const path = "/api/v1/consumers";
const token = "correct-horse-battery";
const payload = { name: "persons", topic: "persons", handler_func: "empi" };

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "Bearer correct-horse-batterx",
  "Bearer correct-horse",
  `Bearer ${token}y`,
  `Bearer ${token} ${token}`,
  `Basic ${token}`,
  token,
])("with a token set, Authorization %j is refused", async (authorization) => {
  const { app, house } = appOver({}, { token });

  const headers = authorization === undefined ? {} : { authorization };
  const answer = await app.inject({ method: "POST", url: path, headers, payload });

  expect([answer.statusCode, answer.json().code]).toEqual([401, "request.unauthorized"]);
  expect(answer.headers["www-authenticate"]).toBe('Bearer realm="gluttony"');
  expect(answer.body).not.toContain(token.slice(0, 12));
  expect(house.consumers.rows.size).toBe(0);
});

test.each([`Bearer ${token}`, `bearer ${token}`])("the right token is let in: %s", async (authorization) => {
  const { app, house } = appOver({}, { token });

  const answer = await app.inject({ method: "POST", url: path, headers: { authorization }, payload });

  expect(answer.statusCode).toBe(201);
  expect(house.consumers.actors).toEqual(["admin-token"]);
});

test("with a token a foreign host and a foreign origin are let in, since no page knows the token", async () => {
  const { app } = appOver({}, { token });

  const headers = { authorization: `Bearer ${token}`, host: "gluttony.example", origin: "https://a.example" };
  const answer = await app.inject({ method: "POST", url: path, headers, payload });

  expect(answer.statusCode).toBe(201);
});

test.each(["/api/v1/nothing", "/nothing", "/api/v1/releases", `${path}/1/status`])(
  "without the token %s does not tell whether it exists",
  async (url) => {
    const { app } = appOver({}, { token });

    const answer = await app.inject(url);

    expect(answer.statusCode).toBe(401);
  },
);

test.each(["/healthz", "/readyz", "/metrics", "/version"])("%s needs no token", async (url) => {
  const { app } = appOver({}, { token });

  const answer = await app.inject(url);

  expect(answer.statusCode).toBe(200);
});

test("a refused request's body is not read", async () => {
  const { app } = appOver({}, { token });

  const headers = { "content-type": "application/json" };
  const answer = await app.inject({ method: "POST", url: path, headers, payload: "{" });

  expect(answer.statusCode).toBe(401);
});

test.each([
  "evil.example",
  "evil.example:8180",
  "127.0.0.1.evil.example",
  "localhost.evil.example",
  "10.0.0.1",
])("without a token the host %s is refused, also to read", async (host) => {
  const { app } = appOver();

  const answer = await app.inject({ url: path, headers: { host } });

  expect([answer.statusCode, answer.json().code]).toEqual([403, "request.forbidden"]);
});

test.each(["127.0.0.1:8180", "localhost:8180", "LOCALHOST", "[::1]:8180", "127.8.0.1"])(
  "without a token the host %s is this machine",
  async (host) => {
    const { app } = appOver();

    const answer = await app.inject({ url: path, headers: { host } });

    expect(answer.statusCode).toBe(200);
  },
);

test.each([
  { origin: "https://evil.example" },
  { origin: "null" },
  { origin: "http://127.0.0.1:9999" },
  { origin: "https://127.0.0.1:8180" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
])("without a token a write that carries %j is refused", async (foreign) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const headers = { host: "127.0.0.1:8180", "if-match": '"1"', ...foreign };
  const answer = await app.inject({ method: "DELETE", url: `${path}/1`, headers });

  expect([answer.statusCode, answer.json().code]).toEqual([403, "request.forbidden"]);
  expect(house.consumers.rows.size).toBe(1);
});

test("without a token the console of this address may write", async () => {
  const { app } = appOver();

  const headers = {
    host: "127.0.0.1:8180",
    origin: "http://127.0.0.1:8180",
    "sec-fetch-site": "same-origin",
  };
  const answer = await app.inject({ method: "POST", url: path, headers, payload });

  expect(answer.statusCode).toBe(201);
});

test("an empty token is no token", async () => {
  const { app } = appOver({}, { token: "" });

  const own = await app.inject(path);
  const foreign = await app.inject({ url: path, headers: { host: "evil.example" } });

  expect([own.statusCode, foreign.statusCode]).toEqual([200, 403]);
});
