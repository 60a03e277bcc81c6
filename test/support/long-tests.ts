import type { TestContext } from "vitest";

/** Whether this run has time for what takes minutes. */
export const isLong: boolean = Boolean(process.env["GLUTTONY_LONG_TESTS"]);

/** Skips a test that takes minutes, with the reason, unless GLUTTONY_LONG_TESTS is set. */
export function skipUnlessLong({ skip }: TestContext): void {
  skip(!isLong, "takes minutes: set GLUTTONY_LONG_TESTS to run it");
}
