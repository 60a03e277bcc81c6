import fc from "fast-check";
import { expect, test } from "vitest";
import { appOver, storedConsumer } from "../support/small-house.ts";

const body = { name: "persons", topic: "persons", handler_func: "empi", global_key: ["id"] };
const path = "/api/v1/consumers";
const whole = { ...body, is_valid: true, configuration: {} };

const secrets = fc
  .string({ minLength: 8, maxLength: 60, unit: "grapheme" })
  .map((text) => `Server=db;Password=${text}`)
  .filter((text) => text.trim() === text);

test("a connection string is in no answer, neither of success nor of refusal", async () => {
  const columns = { data_source: "postgresql", capture_schema: "public", capture_table: "person" };

  await fc.assert(
    fc.asyncProperty(secrets, async (secret) => {
      const quoting = [{ path: "conn_string", message: `Cannot read ${secret}`, suggestion: secret }];
      const { app, house } = appOver();
      const refusing = appOver({ validateHandler: async () => quoting });
      const payload = { ...body, ...columns, conn_string: secret };
      const ifMatch = { "if-match": '"1"' };
      const put = { ...whole, ...columns, conn_string: secret };
      const answers = [
        await app.inject({ method: "POST", url: path, payload }),
        await app.inject({ method: "POST", url: path, payload }),
        await app.inject({ method: "POST", url: path, payload: { ...payload, topic: "no topic!" } }),
        await app.inject({ method: "POST", url: path, payload: { ...payload, conn_string: [secret] } }),
        await app.inject({
          method: "POST",
          url: path,
          payload: { ...payload, conn_string: `enc:${secret}` },
        }),
        await app.inject({ method: "PUT", url: `${path}/1`, headers: ifMatch, payload: put }),
        await app.inject(path),
        await app.inject(`${path}/1`),
        await app.inject(`${path}/1/status`),
        await refusing.app.inject({ method: "POST", url: path, payload }),
      ];

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([
        201, 409, 422, 400, 422, 200, 200, 200, 200, 422,
      ]);
      expect(answers.filter((answer) => shows(answer.body, secret))).toEqual([]);
      expect(JSON.stringify([house.lines, refusing.house.lines])).not.toContain("Password=");
    }),
    { numRuns: 40 },
  );
}, 60_000);

function shows(text: string, secret: string): boolean {
  return (
    text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)) || text.includes("Password=")
  );
}

test.each([
  ["a secret", "Server=db;Password=hunter2", { kind: "encrypted" }],
  ["a reference", "${env:PERSONS_DB}", { kind: "reference", ref: "${env:PERSONS_DB}" }],
  ["a long reference", `\${file:/${"a".repeat(1_000)}}`, { kind: "reference" }],
  ["nothing", null, null],
])("a PUT that sends back what a GET showed keeps %s", async (_what, connString, shown) => {
  const { app, house } = appOver();
  const source = { dataSource: "postgresql", captureSchema: "public", captureTable: "person" };
  const row = await storedConsumer(house, { connString, ...source });

  const seen = await app.inject(`${path}/1`);
  const headers = { "if-match": String(seen.headers.etag) };
  const answer = await app.inject({ method: "PUT", url: `${path}/1`, headers, payload: seen.json() });

  if (shown === null) expect(seen.json().conn_string).toBeNull();
  else expect(seen.json().conn_string).toMatchObject(shown);
  expect(answer.statusCode).toBe(200);
  expect(house.consumers.rows.get("1")).toEqual({ ...row, revision: 2n });
});

test("a PUT without a connection string keeps it, and null takes it away", async () => {
  const { app, house } = appOver();
  await storedConsumer(house, { connString: "Password=hunter2" });
  const put = (tag: string, payload: object): Promise<{ statusCode: number }> =>
    app.inject({ method: "PUT", url: `${path}/1`, headers: { "if-match": tag }, payload });
  const columns = { data_source: "postgresql", capture_schema: "public", capture_table: "person" };

  await put('"1"', { ...whole, ...columns });
  const kept = house.consumers.rows.get("1")?.connString;
  await put('"2"', { ...whole, conn_string: null });

  expect(kept).toBe("enc:v1:Password=hunter2");
  expect(house.consumers.rows.get("1")?.connString).toBeNull();
});

test.each([{ kind: "encrypted" }, { kind: "reference", ref: "no reference" }, "enc:v1:of-another"])(
  "a consumer cannot be made with the shown connection string %j",
  async (shown) => {
    const { app, house } = appOver();

    const answer = await app.inject({ method: "POST", url: path, payload: { ...body, conn_string: shown } });

    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([422, "/conn_string"]);
    expect(house.consumers.rows.size).toBe(0);
  },
);

test.each([
  ["********", 200, "enc:v1:Password=hunter2"],
  ["•••••", 200, "enc:v1:Password=hunter2"],
  ["postgres://u:********@h/d", 422, "enc:v1:Password=hunter2"],
])("a mask that comes back, as %j, is never stored", async (connString, status, stored) => {
  const { app, house } = appOver();
  await storedConsumer(house, { connString: "Password=hunter2" });
  const columns = { data_source: "postgresql", capture_schema: "public", capture_table: "person" };

  const answer = await app.inject({
    method: "PUT",
    url: `${path}/1`,
    headers: { "if-match": '"1"' },
    payload: { ...whole, ...columns, conn_string: connString },
  });

  expect(answer.statusCode).toBe(status);
  expect(house.consumers.rows.get("1")?.connString).toBe(stored);
});
