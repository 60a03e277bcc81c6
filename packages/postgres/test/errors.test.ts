import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { isRepeatable, sqlstateOf, toDatabaseError } from "../src/errors.ts";

const fromServer = (code: string): Error =>
  Object.assign(new Error("value Zhang San"), { code, severity: "ERROR", detail: "Key (name)=(Zhang San)" });

test.each([
  ["08006", "database.unreachable"],
  ["28P01", "database.unreachable"],
  ["53300", "database.unreachable"],
  ["57P01", "database.unreachable"],
  ["3D000", "database.unreachable"],
  ["42P01", "database.not_migrated"],
  ["23505", "database.failed"],
  ["25006", "database.failed"],
])("SQLSTATE %s is %s, without a value", (code, expected) => {
  const error = toDatabaseError(fromServer(code));

  expect(error.code).toBe(expected);
  expect(sqlstateOf(error)).toBe(code);
  expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain("Zhang");
});

test.each(["ECONNREFUSED", "ETIMEDOUT", "EPIPE"])("%s is an unreachable database, never a state", (code) => {
  const error = toDatabaseError(Object.assign(new Error("connect postgres://u:hunter2@h"), { code }));

  expect(error).toMatchObject({ code: "database.unreachable", facts: { reason: code } });
  expect(error.message).not.toContain("hunter2");
});

test("only deadlocks, serialization failures and held locks are worth doing again", () => {
  expect(isRepeatable(toDatabaseError(fromServer("40P01")))).toBe(true);
  expect(isRepeatable(toDatabaseError(fromServer("40001")))).toBe(true);
  expect(isRepeatable(toDatabaseError(fromServer("55P03")))).toBe(true);
  expect(isRepeatable(toDatabaseError(fromServer("23505")))).toBe(false);
  expect(isRepeatable(new Error("x"))).toBe(false);
});

test("an error of ours passes unchanged", () => {
  const error = new GluttonyError("consumer.not_found");

  expect(toDatabaseError(error)).toBe(error);
});
