import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers/1";
const mergePatch = "application/merge-patch+json";
const secret = "postgres://reader:hunter2@db/his";

function patch(payload: object | string, ifMatch = '"1"', type = mergePatch) {
  return {
    method: "PATCH" as const,
    url: path,
    headers: { "if-match": ifMatch, "content-type": type },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  };
}

test.each([mergePatch, "application/json"])(
  "a patch as %s changes what it names, and nothing else",
  async (type) => {
    const { app, house } = appOver();
    await storedConsumer(house, {
      connString: secret,
      dataSource: "postgresql",
      captureSchema: "his",
      captureTable: "patient",
      configuration: { delivery: { concurrency: 4, attemptsMax: 3 } },
    });

    const answer = await app.inject(
      patch(
        { topic: "others", configuration: { delivery: { concurrency: 8, attemptsMax: null } } },
        '"1"',
        type,
      ),
    );

    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.headers["etag"]).toBe('"2"');
    expect(answer.json()).toMatchObject({
      name: "persons",
      topic: "others",
      conn_string: { kind: "encrypted" },
      configuration: { delivery: { concurrency: 8 } },
    });
    expect(answer.json().configuration.delivery).toEqual({ concurrency: 8 });
    expect(house.consumers.rows.get("1")?.connString).toContain("hunter2");
  },
);

test("null takes a column away, and what must be there is missed", async () => {
  const { app, house } = appOver();
  await storedConsumer(house, { group: "g" });

  const emptied = await app.inject(patch({ group: null }));
  const refused = await app.inject(patch({ handler_func: null, global_key: null }, '"2"'));

  expect(emptied.json().group).toBeNull();
  expect(refused.statusCode).toBe(400);
  const pointers = refused.json().errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.toSorted()).toEqual(["/global_key", "/handler_func"]);
});

test("null takes the connection string away, too", async () => {
  const { app, house } = appOver();
  const source = { dataSource: "postgresql", captureSchema: "his", captureTable: "patient" };
  await storedConsumer(house, { ...source, connString: secret });

  const answer = await app.inject(patch({ conn_string: null }));

  expect(answer.json().conn_string).toBeNull();
  expect(house.consumers.rows.get("1")?.connString).toBeNull();
});

test.each([
  ["an unknown column", { topik: "t" }, 400],
  ["a wrong type", { is_valid: "yes" }, 400],
  ["a configuration that cannot be", { configuration: { delivery: { concurency: 1 } } }, 422],
  ["another consumer's id", { id: "2" }, 422],
] as const)("a patch with %s changes nothing", async (_, payload, status) => {
  const { app, house } = appOver();
  const row = await storedConsumer(house);

  const answer = await app.inject(patch(payload));

  expect(answer.statusCode, answer.body).toBe(status);
  expect(house.consumers.rows.get("1")).toEqual(row);
});

test.each([["[]"], ["null"], ['"x"'], ["{"], [""]])("a patch that is %s is refused", async (payload) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject(patch(payload));

  expect(answer.statusCode).toBe(400);
});

test("a patch without the revision seen is refused", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "PATCH", url: path, payload: { topic: "t" } });

  expect([answer.statusCode, answer.json().code]).toEqual([428, "consumer.revision_required"]);
});

test("only this route reads the media type of a merge patch", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ ...patch({ reason: "x" }), method: "POST", url: `${path}:stop` });

  expect(answer.statusCode).toBe(415);
});

test.each(["PUT", "PATCH"] as const)("a %s that was overtaken is told both versions", async (method) => {
  const { app, house } = appOver();
  await storedConsumer(house, { configuration: { delivery: { concurrency: 4 } } });
  const overtaking = { topic: "theirs", configuration: { delivery: { concurrency: 8 } } };
  await app.inject(patch(overtaking));

  const wish = { group: "mine", configuration: { delivery: { concurrency: 2 } } };
  const whole = {
    name: "persons",
    topic: "persons",
    handler_func: "empi",
    global_key: ["id"],
    is_valid: true,
  };
  const payload = method === "PUT" ? { ...whole, ...wish } : wish;
  const answer = await app.inject({ ...patch(payload, '"1"', "application/json"), method });

  expect(answer.statusCode).toBe(412);
  expect(answer.headers).toMatchObject({ etag: '"2"' });
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  expect(answer.json()).toMatchObject({
    code: "consumer.stale_revision",
    current: { topic: "theirs", revision: "2" },
    conflict: {
      base: "1",
      current: "2",
      fields: [
        { pointer: "/configuration/delivery/concurrency", base: 4, current: 8, wanted: 2, isConflict: true },
        { pointer: "/group", base: null, current: null, wanted: "mine", isConflict: false },
        { pointer: "/topic", base: "persons", current: "theirs", wanted: "persons", isConflict: false },
      ],
    },
  });
  expect(house.consumers.rows.get("1")).toMatchObject({ topic: "theirs", group: null });
});

test("a conflict about a connection string tells that it is new, and nothing of either", async () => {
  const { app, house } = appOver();
  const source = { data_source: "postgresql", capture_schema: "his", capture_table: "patient" };
  await storedConsumer(house);
  await app.inject(patch({ ...source, conn_string: secret }));

  const answer = await app.inject(patch({ ...source, conn_string: "postgres://other:tops3cret@db/his" }));

  const { fields } = answer.json().conflict;
  expect(fields.find((one: { pointer: string }) => one.pointer === "/conn_string")).toEqual({
    pointer: "/conn_string",
    base: null,
    current: { kind: "encrypted" },
    wanted: { kind: "new" },
    isConflict: true,
  });
  expect(answer.body).not.toMatch(/hunter2|tops3cret/);
});

test("a writer who saw a revision that is not known is told what differs now", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject(patch({ topic: "t" }, '"77"'));

  expect(answer.json().conflict).toEqual({
    base: null,
    current: "1",
    fields: [{ pointer: "/topic", base: "persons", current: "persons", wanted: "t", isConflict: false }],
  });
});

test("of many who edit the same revision exactly one gets through", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => app.inject(patch({ topic: `t${index}` }))),
  );

  const statuses = answers.map(({ statusCode }) => statusCode).toSorted((left, right) => left - right);
  expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
  expect(house.consumers.rows.get("1")?.revision).toBe(2n);
});
