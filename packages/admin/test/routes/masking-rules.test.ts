import { expect, test } from "vitest";
import { MemoryMasking } from "../support/memory-changes.ts";
import { appOver } from "../support/small-house.ts";

const url = "/api/v1/masking-rules/status-of-visits";
const payload = { tables: "his.visit", columns: "status", effect: "show", reason: "no person in it" };

test("a rule is made, listed, changed by who saw it, and deleted", async () => {
  const { app } = appOver({ masking: new MemoryMasking() });

  const made = await app.inject({ method: "PUT", url, payload, headers: { "if-none-match": "*" } });
  const again = await app.inject({ method: "PUT", url, payload, headers: { "if-none-match": "*" } });
  const blind = await app.inject({ method: "PUT", url, payload });
  const stale = await app.inject({ method: "PUT", url, payload, headers: { "if-match": '"99"' } });
  const changed = await app.inject({
    method: "PUT",
    url,
    payload: { ...payload, effect: "mask" },
    headers: { "if-match": String(made.headers["etag"]) },
  });
  const listed = await app.inject({ url: "/api/v1/masking-rules" });
  const gone = await app.inject({
    method: "DELETE",
    url,
    headers: { "if-match": String(changed.headers["etag"]) },
  });
  const missing = await app.inject({ method: "DELETE", url, headers: { "if-match": '"1"' } });

  expect([made, again, blind, stale, changed, gone, missing].map(({ statusCode }) => statusCode)).toEqual([
    201, 412, 428, 412, 200, 204, 404,
  ]);
  expect(listed.json().items).toMatchObject([
    { name: "status-of-visits", effect: "mask", changedBy: "local" },
  ]);
});

test.each([
  { ...payload, reason: "" },
  { ...payload, effect: "hide" },
  { ...payload, tables: "a\nb" },
  { ...payload, columns: "" },
  { ...payload, columns: "x".repeat(201) },
  { ...payload, more: 1 },
])("%j is refused", async (body) => {
  const { app } = appOver({ masking: new MemoryMasking() });

  const answer = await app.inject({ method: "PUT", url, payload: body, headers: { "if-none-match": "*" } });

  expect(answer.statusCode).toBe(400);
});
