import { expect, test } from "vitest";
import { defineHandler, HandlerError } from "../../src/index.ts";
import type { HandlerContext, Row } from "../../src/index.ts";
import { changesOf, handlerContract, runHandler } from "../../src/testing/index.ts";

const patients = changesOf({ table: "patient", keyColumns: ["id"] });
const change = patients.insert({ id: 1n, name: "Zhang San" });

const echo = defineHandler<Row, { readonly url: string; readonly nested: { readonly limit: number } }>({
  name: "echo",
  config: {
    type: "object",
    properties: {
      url: { type: "string", default: "http://target.test/" },
      nested: { type: "object", properties: { limit: { type: "integer", default: 3 } } },
    },
  },
  async handle(_change, context) {
    const answer = await context.fetch(context.config.url, {
      method: "POST",
      body: String(context.config.nested.limit),
    });
    context.log.info("answered", { status: answer.status });
    return answer.status === 200 ? undefined : { filtered: "echo.other" };
  },
});

test("a builder's changes grow in offset and position", () => {
  const first = patients.insert({ id: 1 });
  const second = patients.delete({ id: 1 });

  expect(second.coordinates.offset).toBe(first.coordinates.offset + 1n);
  expect(first).toMatchObject({ operation: "insert", key: { id: 1 }, before: null, after: { id: 1 } });
  expect(second).toMatchObject({ operation: "delete", key: { id: 1 }, before: { id: 1 }, after: null });
  expect(patients.snapshot({ id: 1 }).source.isSnapshot).toBe(true);
  expect(patients.truncate()).toMatchObject({ key: null, before: null, after: null });
  expect(patients.update({ id: 1 })).toMatchObject({ before: null });
});

test("a run fills in defaults, answers from the table and writes down calls and log", async () => {
  const run = await runHandler(echo, change, {
    targets: { "POST http://target.test/": { body: { ok: true } } },
  });

  expect(run.ending).toEqual({ done: true });
  expect(run.calls).toEqual([
    { method: "POST", url: "http://target.test/", request: { method: "POST", body: "3" } },
  ]);
  expect(run.log).toEqual([{ level: "info", message: "answered", facts: { status: 200 } }]);
});

test("a filtered change, a target that is not there and an unknown error are endings of their own", async () => {
  const throwing = defineHandler({ name: "throwing", handle: () => Promise.reject(new Error("bug")) });

  const filtered = await runHandler(echo, change, {
    targets: { "POST http://target.test/": { status: 404 } },
  });
  const missing = await runHandler(echo, change);
  const bug = await runHandler(throwing, change);

  expect(filtered.ending).toEqual({ filtered: "echo.other" });
  expect(missing.ending).toMatchObject({ failed: "config" });
  expect(bug.ending).toMatchObject({ failed: "transient", code: "handler.threw" });
});

test("a target may throw, and answer by the request", async () => {
  const down = new HandlerError("ambiguous", "No answer.");

  const run = await runHandler(echo, change, { targets: { "POST http://target.test/": () => down } });

  expect(run.ending).toMatchObject({ failed: "ambiguous" });
});

test("the contract finds nothing wrong with a good handler", async () => {
  expect(await handlerContract(echo, change, { targets: { "POST http://target.test/": {} } })).toEqual([]);
});

test("the contract finds a leaked value, a handler that was not defined, and calls that differ", async () => {
  const leaky = {
    name: "not a name",
    async handle(seen: typeof change, context: HandlerContext) {
      context.log.info(`saw ${JSON.stringify(seen.after?.["name"])}`);
      await context.fetch(`http://target.test/${context.attempt}`);
      return undefined;
    },
  };

  const broken = await handlerContract(leaky, change, {
    targets: { "GET http://target.test/1": {}, "GET http://target.test/2": {} },
  });

  expect(broken).toHaveLength(4);
});
