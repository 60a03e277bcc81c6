import { describe, expect, test } from "vitest";
import { isLoginDue } from "../../src/watch/renew-login.ts";

const refused = 'FATAL: password authentication failed for user "dbz"';

describe("the login behind a connector", () => {
  test.each([
    ["never read before, and nothing failed", null, 0, null, false],
    ["never read before, and the source refuses it", null, 0, refused, true],
    ["read just now", 0, 29_999, refused, false],
    ["refused half a minute after", 0, 30_000, refused, true],
    ["no refusal, before five minutes are over", 0, 299_999, "connection reset", false],
    ["five minutes old", 0, 300_000, null, true],
  ])("%s", (_what, renewedMs, nowMs, failure, isDue) => {
    expect(isLoginDue({ nowMs, renewedMs, failure })).toBe(isDue);
  });

  test.each([
    refused,
    "Access denied for user 'cdc'@'host'",
    "Login failed for user 'cdc'.",
    "ORA-01017: invalid username/password; logon denied",
    "SQLState: 28P01",
  ])("is refused in the words %j", (failure) => {
    expect(isLoginDue({ nowMs: 0, renewedMs: null, failure })).toBe(true);
  });
});
