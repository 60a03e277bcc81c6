import { KnownSecrets, MASK } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { appOver, draft } from "../support/small-house.ts";

const path = "/api/v1/secrets";
const value = "Kanarienvogel-7";
const making = { "if-none-match": "*" };

async function withSecret(): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  await built.house.secrets.put("emr", value, { actor: "setup", revision: null });
  return built;
}

describe("a secret", () => {
  test("is made under a name that is free, and its value is never answered", async () => {
    const { app, house } = appOver();

    const made = await app.inject({ method: "PUT", url: `${path}/emr`, headers: making, payload: { value } });
    const again = await app.inject({
      method: "PUT",
      url: `${path}/emr`,
      headers: making,
      payload: { value },
    });
    const [list, one] = [await app.inject(path), await app.inject(`${path}/emr`)];

    expect(made.statusCode).toBe(201);
    expect(made.headers).toMatchObject({ location: `${path}/emr`, etag: '"1"' });
    expect(again.json()).toMatchObject({ status: 412, code: "secret.stale_revision" });
    expect(one.json()).toMatchObject({ name: "emr", set: true, ref: "${secret:emr}", fingerprint: "…ab12" });
    expect(list.json().items).toEqual([one.json()]);
    expect(house.secrets.values.get("emr")).toBe(value);
    expect([made, again, list, one].map(({ body }) => body).join("")).not.toContain("Kanarienvogel");
  });

  test.each([
    ["left out", {}, value],
    ["the mask that was shown", { value: MASK }, value],
    ["a mask of dots", { value: "•••" }, value],
    ["another", { value: "Nachtigall-8" }, "Nachtigall-8"],
    ["null", { value: null }, null],
  ])("that is written with a value which is %s", async (_what, payload, stored) => {
    const { app, house } = await withSecret();

    const answer = await app.inject({
      method: "PUT",
      url: `${path}/emr`,
      headers: { "if-match": '"1"' },
      payload,
    });

    expect(answer.statusCode).toBe(200);
    expect(answer.json().set).toBe(stored !== null);
    expect(house.secrets.values.get("emr")).toBe(stored);
  });

  test("can be sent back as it was read, and keeps its value", async () => {
    const { app, house } = await withSecret();

    const seen = await app.inject(`${path}/emr`);
    const headers = { "if-match": String(seen.headers.etag) };
    const answer = await app.inject({ method: "PUT", url: `${path}/emr`, headers, payload: seen.json() });

    expect(answer.json()).toMatchObject({ set: true, revision: "1" });
    expect(house.secrets.values.get("emr")).toBe(value);
  });

  test.each([
    ["no revision", {}, { value }, 428, "request.revision_required"],
    ["an old revision", { "if-match": '"7"' }, { value }, 412, "secret.stale_revision"],
    ["an envelope", { "if-match": '"1"' }, { value: "enc:v2:0:a:b" }, 400, "request.invalid"],
    ["a reference", { "if-match": '"1"' }, { value: "${env:GLUTTONY_MASTER_KEY}" }, 400, "request.invalid"],
    ["an empty text", { "if-match": '"1"' }, { value: "" }, 400, "request.invalid"],
    ["more than it has", { "if-match": '"1"' }, { value, envelope: "x" }, 400, "request.invalid"],
  ])("is not written with %s", async (_what, headers, payload, status, code) => {
    const { app, house } = await withSecret();

    const answer = await app.inject({ method: "PUT", url: `${path}/emr`, headers, payload });

    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.body).not.toContain(value);
    expect(house.secrets.values.get("emr")).toBe(value);
  });

  test.each(["Upper", "-x", "a_b", "x".repeat(64), "a%20b"])("cannot be called %j", async (name) => {
    const { app } = appOver();

    const answer = await app.inject({
      method: "PUT",
      url: `${path}/${name}`,
      headers: making,
      payload: { value },
    });

    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: "/name" }] });
  });

  test("that is not there can be neither kept nor changed", async () => {
    const { app } = appOver();

    const kept = await app.inject({ method: "PUT", url: `${path}/emr`, headers: making, payload: {} });
    const headers = { "if-match": '"1"' };
    const changed = await app.inject({ method: "PUT", url: `${path}/emr`, headers, payload: { value } });
    const deleted = await app.inject({ method: "DELETE", url: `${path}/emr`, headers });

    expect(kept.json()).toMatchObject({ status: 400, errors: [{ pointer: "/value" }] });
    expect(changed.json()).toMatchObject({ status: 404, code: "secret.not_found" });
    expect(deleted.json()).toMatchObject({ status: 404, code: "secret.not_found" });
  });

  test("is deleted only when nothing refers to it, and a refusal names who does", async () => {
    const { app, house } = await withSecret();
    house.secrets.uses.set("emr", [{ kind: "consumer", id: "7", name: "persons" }]);
    const remove = { method: "DELETE", url: `${path}/emr`, headers: { "if-match": '"1"' } } as const;

    const refused = await app.inject(remove);
    house.secrets.uses.clear();
    const done = await app.inject(remove);

    expect(refused.json()).toMatchObject({ status: 409, code: "secret.in_use" });
    expect(refused.json().detail).toContain("consumer persons");
    expect(done.statusCode).toBe(204);
  });

  test("may be what a consumer's connection string is", async () => {
    const { app, house } = appOver();
    const { name, handlerFunc } = draft();

    const payload = {
      ...{ name, handler_func: handlerFunc, topic: "t", data_source: "postgresql" },
      ...{ capture_schema: "his", capture_table: "patient", conn_string: "${secret:emr}" },
    };
    const answer = await app.inject({ method: "POST", url: "/api/v1/consumers", payload });

    expect(answer.json().conn_string).toEqual({ kind: "reference", ref: "${secret:emr}" });
    expect(house.consumers.rows.get("1")?.connString).toBe("${secret:emr}");
  });
});

describe("what the process knows to be secret", () => {
  const known = new KnownSecrets();
  known.learn("a", [value, "hospital"]);

  test("is in no answer, whoever wrote it", async () => {
    const metrics = async () => ({
      contentType: "text/plain",
      body: `x{a="${encodeURIComponent(value)}"} 1\n`,
    });
    const { app } = appOver({ scrub: known, metrics });

    const [page, problem] = [
      await app.inject("/metrics"),
      await app.inject({ method: "POST", url: "/api/v1/consumers", payload: { [value]: 1 } }),
    ];

    expect(page.body).toBe(`x{a="${MASK}"} 1\n`);
    expect(problem.statusCode).toBe(400);
    expect(problem.body).not.toContain(value);
  });

  test("leaves the words of an answer alone that are somebody's password", async () => {
    const { app, house } = appOver({ scrub: known });
    await house.consumers.create(draft({ captureSchema: "hospital" }), "setup");

    expect((await app.inject("/api/v1/consumers/1")).json().capture_schema).toBe("hospital");
  });
});
