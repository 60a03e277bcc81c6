import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const token = "the-deployers-own-token";
const authorization = `Bearer ${token}`;
const clear = "postgres://reader:hospital-password@db/his";

async function house() {
  const built = appOver({}, { token });
  await storedConsumer(built.house, {
    connString: clear,
    dataSource: "postgresql",
    captureSchema: "public",
    captureTable: "persons",
  });
  const post = (what: string, payload: object) =>
    built.app.inject({ method: "POST", url: `/api/v1/config:${what}`, headers: { authorization }, payload });
  const exported = async () =>
    (await built.app.inject({ url: "/api/v1/config:export", headers: { authorization } })).json();
  return { ...built, post, exported };
}

test("an export holds no secret, and planned again changes nothing", async () => {
  const { post, exported } = await house();

  const document = await exported();
  const planned = await post("plan", { document, prune: true });

  expect(JSON.stringify(document)).not.toContain("hospital-password");
  expect(planned.json()).toMatchObject({ changes: [], faults: [], unchanged: 1, hash: expect.any(String) });
});

test("what was planned is applied with its hash, once, by name", async () => {
  const { post, exported, house: memory } = await house();
  const document = await exported();
  document.consumers.persons.is_valid = false;
  document.users.bob = { grants: [{ role: "viewer", scope: null }], isDisabled: false };
  const { hash } = (await post("plan", { document })).json();

  const applied = await post("apply", { document, hash, reason: "night shift" });
  const again = await post("apply", { document, hash });
  const after = (await post("plan", { document })).json();

  expect([applied.statusCode, again.statusCode, again.json().code]).toEqual([200, 409, "config.plan_stale"]);
  expect(applied.json().changes).toHaveLength(2);
  expect(after.changes).toEqual([]);
  expect(memory.config.applied).toMatchObject([{ actor: "admin-token", reason: "night shift", plan: hash }]);
  expect(memory.access.people).toMatchObject([{ name: "bob", hasPassword: false }]);
});

test("without a hash, with another or an old one, or for another document nothing is applied", async () => {
  const { post, exported, house: memory } = await house();
  const document = await exported();
  document.consumers.persons.is_valid = false;
  const { hash } = (await post("plan", { document })).json();
  const old = `${(1_000).toString(36)}.${"0".repeat(32)}`;
  const other = structuredClone(document);
  other.consumers.persons.topic = "elsewhere";

  const answers = [
    await post("apply", { document }),
    await post("apply", { document, hash: "nonsense" }),
    await post("apply", { document, hash: old }),
    await post("apply", { document: other, hash }),
  ];

  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
    [428, "config.plan_required"],
    [409, "config.plan_stale"],
    [409, "config.plan_stale"],
    [409, "config.plan_stale"],
  ]);
  expect((await memory.consumers.get("persons"))?.isValid).toBe(true);
});

test("a change meanwhile makes the plan stale; one of something else does not", async () => {
  const { post, exported, house: memory } = await house();
  const document = await exported();
  document.consumers.persons.is_valid = false;
  const { hash } = (await post("plan", { document })).json();
  await storedConsumer(memory, { name: "visits" });
  const row = await memory.consumers.get("persons");
  if (row === null) throw new Error("not there");
  const stale = await post("apply", {
    document,
    hash: `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`,
  });

  const applied = await post("apply", { document, hash });

  expect([stale.statusCode, applied.statusCode]).toEqual([409, 200]);
});

test("a plan names every fault with its place, gives no hash, and cannot be applied", async () => {
  const { post, exported } = await house();
  const document = await exported();
  document.consumers.persons.configuration = { delivery: { concurency: 1 } };
  document.plugins = { acme: { active: ["1.0.0"], pins: {} } };

  const planned = (await post("plan", { document })).json();

  expect(planned.hash).toBe(null);
  expect(planned.faults).toMatchObject([
    { pointer: "/consumers/persons/configuration/delivery/concurency", suggestion: "concurrency" },
    { pointer: "/plugins/acme/active" },
  ]);
});

test("what only the database refuses is told by the plan, too", async () => {
  const { post, exported, house: memory } = await house();
  const document = await exported();
  document.consumers.persons.is_valid = false;
  const faults = [{ path: "/users", message: "user.last_admin: nobody would be left" }];
  memory.config.refusal = new GluttonyError("config.document_invalid", {}, { faults });

  const planned = (await post("plan", { document })).json();

  expect(planned).toMatchObject({ hash: null, faults: [{ pointer: "/users" }] });
});

test("an unknown key is refused with its place and what was meant", async () => {
  const { post, exported } = await house();
  const document = await exported();
  document.consumers.persons.topics = "x";

  const answer = await post("plan", { document });

  expect([answer.statusCode, answer.json().errors[0]]).toMatchObject([
    400,
    { pointer: "/document/consumers/persons/topics", suggestion: "topic" },
  ]);
});
