import { expect, test } from "vitest";
import { judgeAnswer } from "../../src/targets/index.ts";

const target = { name: "The patient index", code: "empi" };
const now = Date.parse("2026-05-06T07:08:09Z");

function judge(status: number, body: string, headers: { readonly [name: string]: string } = {}) {
  return judgeAnswer({ status, headers, text: () => body }, target, now);
}

test.each(['{"code":0}', '{"code":"200"}', '{"success":true}', '{"code":"DUPLICATE"}'])(
  "%s with status 200 is success",
  (body) => {
    expect(judge(200, body)).toBeNull();
  },
);

test.each([
  ["a login page", "<!doctype html><title>Sign in</title>"],
  ["nothing", ""],
  ["JSON that is cut short", '{"code":0,"data":{"na'],
  ["a list", "[]"],
  ["a text", '"ok"'],
  ["an object that says nothing", "{}"],
  ["bytes in another charset", "\ufffd\ufffd{"],
])("%s with status 200 is no success, and is tried again", (_what, body) => {
  expect(judge(200, body)).toMatchObject({ kind: "transient", code: "target.answer_invalid" });
});

test.each([
  [400, "record", "empi.rejected"],
  [401, "auth", "empi.unauthorized"],
  [403, "auth", "empi.unauthorized"],
  [404, "config", "empi.address_wrong"],
  [301, "config", "empi.address_wrong"],
  [408, "transient", "empi.unavailable"],
  [422, "record", "empi.rejected"],
  [429, "transient", "empi.unavailable"],
  [500, "transient", "empi.unavailable"],
  [503, "transient", "empi.unavailable"],
])("status %i is %s (%s)", (status, kind, code) => {
  expect(judge(status, "<html>")).toMatchObject({ kind, code });
});

test("a refusal in the body is the record's, and its message is not repeated", () => {
  const failure = judge(200, '{"code":4001,"msg":"Zhang San is unknown"}');

  expect(failure).toMatchObject({ kind: "record", code: "empi.rejected" });
  expect(failure?.message).toContain("4001");
  expect(failure?.message).not.toContain("Zhang");
});

test.each([
  ["seconds", "120", 120_000],
  ["no time at all", "0", 0],
  ["an HTTP date", "Wed, 06 May 2026 07:10:09 GMT", 120_000],
  ["an HTTP date of the second form", "Wednesday, 06-May-26 07:10:09 GMT", 120_000],
  ["an HTTP date of the oldest form", "Wed May  6 07:10:09 2026", 120_000],
  ["a date that has passed", "Wed, 06 May 2026 07:00:00 GMT", 0],
  ["a day", "86400", 3_600_000],
  ["more seconds than there are", "9".repeat(400), 3_600_000],
  ["a date far away", "Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000],
])("Retry-After with %s is honoured, up to an hour", (_what, value, retryAfterMs) => {
  expect(judge(503, "", { "Retry-After": value })).toMatchObject({ kind: "transient", retryAfterMs });
});

test.each(["", "-5", "1.5", "soon", "1e9", "NaN", "Infinity", "9999-99-99"])(
  "Retry-After with %j is as if there were none",
  (value) => {
    expect(judge(429, "", { "retry-after": value })?.retryAfterMs).toBeUndefined();
  },
);
