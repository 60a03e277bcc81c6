import { expect, test } from "vitest";
import { codes, GluttonyError, isCode, nearestName, toGluttonyError } from "../src/index.ts";

test("every code is dotted, lower case, and says what to do in whole sentences", () => {
  for (const [code, entry] of Object.entries(codes)) {
    expect(code).toMatch(/^[a-z][a-z0-9_-]*(\.[a-z0-9_]+)+$/);
    expect(entry.title, code).toMatch(/^[A-Z\d]|^(gluttony|conn_string|handler_func)/);
    expect(entry.title.endsWith("."), code).toBe(false);
    expect(entry.remedy, code).toMatch(/\S/);
    expect(entry.status, code).toBeGreaterThanOrEqual(400);
    expect([1, 2, 3, 4, 5, 6, 7], code).toContain(entry.exit);
  }
});

test("names of an object's own machinery are no codes", () => {
  expect(["__proto__", "constructor", "toString", ""].some(isCode)).toBe(false);
});

test("an error of ours stays what it is; any other is unexpected, with its cause kept and its message not repeated", () => {
  const ours = new GluttonyError("consumer.not_found", { id: "7" });
  const foreign = new Error("patient Zhang San");

  expect(toGluttonyError(ours)).toBe(ours);
  expect(toGluttonyError(foreign)).toMatchObject({ code: "internal.unexpected", cause: foreign });
  expect(toGluttonyError(foreign).message).not.toContain("Zhang");
});

test("the nearest name is found only when it is near", () => {
  expect(nearestName("conncurrency", ["concurrency", "deadlineMs"])).toBe("concurrency");
  expect(nearestName("zzz", ["concurrency", "deadlineMs"])).toBeUndefined();
  expect(nearestName("a".repeat(100_000), ["concurrency"])).toBeUndefined();
});
