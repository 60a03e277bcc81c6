import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { pointerOf, problemFaultsMax } from "../src/problem.ts";
import { appOver } from "./support/small-house.ts";

const path = "/api/v1/consumers";
const payload = { name: "persons", topic: "persons", handler_func: "empi" };

test("a page that does not exist is answered as a problem with every field", async () => {
  const { app } = appOver();

  const answer = await app.inject({ url: "/nothing?secret=1", headers: { "x-request-id": "mine" } });

  expect(answer.statusCode).toBe(404);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.json()).toEqual({
    type: "/docs/errors#request.not_found",
    title: "No such page",
    status: 404,
    detail: "No such page",
    instance: "/nothing",
    code: "request.not_found",
    requestId: "mine",
    remedy: "See the list of routes in the documentation.",
    errors: [],
  });
});

test.each([
  ["GET", "/%"],
  ["GET", `/api/v1/consumers/${"a".repeat(600)}`],
  ["PATCH", path],
] as const)("%s %s is answered as a problem, too", async (method, url) => {
  const { app, house } = appOver();

  const answer = await app.inject({ method, url, headers: { "x-request-id": "mine" } });

  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  expect(answer.headers["x-request-id"]).toBe("mine");
  expect(answer.json()).toMatchObject({ status: answer.statusCode, requestId: "mine" });
  expect(house.lines).toEqual([]);
});

test("an unexpected error tells the reader nothing and the log where it came from", async () => {
  const consumers = {
    list: (): never => {
      throw new Error("duplicate key (row-value)");
    },
  };
  const { app, house } = appOver({ consumers: consumers as never });

  const answer = await app.inject({ url: path, headers: { "x-request-id": "mine" } });

  expect([answer.statusCode, answer.json().code]).toEqual([500, "internal.unexpected"]);
  expect(house.lines).toMatchObject([
    { level: "error", facts: { code: "internal.unexpected", requestId: "mine", method: "GET", route: path } },
  ]);
  expect(String(house.lines[0]?.facts["frames"])).toContain("at ");
  expect(answer.body + JSON.stringify(house.lines)).not.toContain("row-value");
  expect(answer.body).not.toContain("    at ");
});

test("a collaborator's error with a status of its own is still our fault", async () => {
  const readStates = (): never => {
    throw Object.assign(new Error("row-value"), { statusCode: 404, code: "FST_LIKE" });
  };
  const { app } = appOver({ observations: { readStates, history: readStates } });

  const answer = await app.inject(path);

  expect([answer.statusCode, answer.json().code]).toEqual([500, "internal.unexpected"]);
});

test("a database that is away, or whose connections are all in use, is answered with when to come again", async () => {
  const away = async (): Promise<never> => {
    throw new GluttonyError("database.unreachable", { reason: "no connection free in time" });
  };
  const { app } = appOver({ observations: { readStates: away, history: away } });

  const answer = await app.inject(path);

  expect([answer.statusCode, answer.json().code]).toEqual([503, "database.unreachable"]);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
});

test("faults beyond the limit are left out", async () => {
  const checkConsumer = () =>
    Array.from({ length: 200 }, (_, index) => ({ path: `a[${index}]`, message: "Bad." }));
  const { app } = appOver({ checkConsumer });

  const answer = await app.inject({ method: "POST", url: path, payload });

  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toHaveLength(problemFaultsMax);
});

test("an error's own faults keep their pointers and suggestions", async () => {
  const fault = { path: "configuration.filter.operations[0]", message: "No.", suggestion: "insert" };
  const checkConsumer = (): never => {
    throw new GluttonyError("consumer.invalid", {}, { faults: [fault] });
  };
  const { app } = appOver({ checkConsumer });

  const answer = await app.inject({ method: "POST", url: path, payload });

  expect(answer.json().errors).toEqual([
    {
      pointer: "/configuration/filter/operations/0",
      code: "consumer.invalid",
      message: "No.",
      suggestion: "insert",
    },
  ]);
});

test.each([
  ["", ""],
  ["name", "/name"],
  ["/limit", "/limit"],
  ["a[0][1].b", "/a/0/1/b"],
  ["a~b.c/d", "/a~0b/c~1d"],
])("the path %j points to %j", (written, pointer) => {
  expect(pointerOf(written)).toBe(pointer);
});

test.each(["a", "A1._-", "x".repeat(64)])("the request's id %s is echoed", async (id) => {
  const { app } = appOver();

  const answer = await app.inject({ url: path, headers: { "x-request-id": id } });

  expect(answer.headers["x-request-id"]).toBe(id);
});

test.each(["x".repeat(65), "two words", "<script>", "é", ""])(
  "the request's id %j is replaced",
  async (id) => {
    const { app } = appOver();

    const answer = await app.inject({ url: path, headers: { "x-request-id": id } });

    expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test.each(["/healthz", "/nothing", path])("%s is not stored, not sniffed and not framed", async (url) => {
  const { app } = appOver();

  const { headers } = await app.inject(url);

  expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
});
