import { expect, test } from "vitest";
import { secretGrantsOf } from "../src/secret-grants.ts";

test("grants name where a secret lies", () => {
  expect(secretGrantsOf(["token=${env:LAB_TOKEN}", "key=${file:/run/secrets/key}"])).toEqual({
    token: "${env:LAB_TOKEN}",
    key: "${file:/run/secrets/key}",
  });
});

test("a value in the place of a reference is refused and not repeated", () => {
  expect(() => secretGrantsOf(["token=hunter2", "hunter2", "TOKEN=${env:A}"])).toThrow(
    expect.objectContaining({ code: "config.invalid", faults: expect.toSatisfy(isThreeWithoutValue) }),
  );
});

function isThreeWithoutValue(faults: unknown): boolean {
  return Array.isArray(faults) && faults.length === 3 && !JSON.stringify(faults).includes("hunter2");
}
