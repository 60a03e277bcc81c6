import type { TestContext } from "vitest";

/** Skips a test that takes minutes, with the reason, unless GLUTTONY_LONG_TESTS is set. */
export function skipUnlessLong({ skip }: TestContext): void {
  skip(!process.env["GLUTTONY_LONG_TESTS"], "takes minutes: set GLUTTONY_LONG_TESTS to run it");
}
