import { expect, test } from "vitest";
import { appOver } from "../support/small-house.ts";

const broken = (): never => {
  throw new Error("down, says row-value");
};
const nothingWorks = {
  readiness: broken,
  metrics: broken,
  filteredCounts: broken,
  checkConsumer: broken,
  consumers: { list: broken, get: broken, create: broken, update: broken, delete: broken },
  observations: { readStates: broken, history: broken },
};

test("the process is healthy whatever is down", async () => {
  const { app, house } = appOver(nothingWorks);

  const answer = await app.inject("/healthz");

  expect([answer.statusCode, answer.json()]).toEqual([200, { status: "ok" }]);
  expect(house.lines).toEqual([]);
});

test("a host whose parts are ok is ready", async () => {
  const { app } = appOver();

  const answer = await app.inject("/readyz");

  expect([answer.statusCode, answer.json()]).toEqual([200, { status: "ready" }]);
});

test.each([true, false])("a part that is not ok makes the host not ready, whether ok is %s", async (ok) => {
  const { app, house } = appOver();
  const parts = [
    { name: "database", ok: true, detail: "answers" },
    { name: "broker", ok: false, detail: "does not answer" },
  ];
  house.readiness = { ok, parts };

  const brief = await app.inject("/readyz");
  const verbose = await app.inject("/readyz?verbose");

  expect([brief.statusCode, brief.json()]).toEqual([503, { status: "not_ready" }]);
  expect([verbose.statusCode, verbose.json()]).toEqual([503, { status: "not_ready", parts }]);
});

test("a readiness that cannot be told is not ready, and its words are not quoted", async () => {
  const { app, house } = appOver(nothingWorks);

  const answer = await app.inject("/readyz?verbose");

  expect(answer.statusCode).toBe(503);
  expect(house.lines).toMatchObject([{ level: "warn", facts: { error: "Error" } }]);
  expect(answer.body + JSON.stringify(house.lines)).not.toContain("row-value");
});

test("metrics are answered in the format that the collaborator names", async () => {
  const { app } = appOver();

  const answer = await app.inject("/metrics");

  expect([answer.statusCode, answer.body]).toEqual([200, "gluttony_up 1\n"]);
  expect(answer.headers["content-type"]).toContain("text/plain; version=0.0.4");
});

test("the version names the program and the API", async () => {
  const { app } = appOver();

  const answer = await app.inject("/version");

  expect(answer.json()).toMatchObject({ name: "gluttony", version: "0.1.0", api: "v1" });
});

test.each(["/healthz?x=1", "/readyz?x=1", "/version?x=1"])("%s refuses unknown parameters", async (url) => {
  const { app } = appOver();

  const answer = await app.inject(url);

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/x"]);
});
