import { expect, test } from "vitest";
import { shadowLog } from "../../src/shadow/shadow-log.ts";

test("every line is marked, and keeps its facts and its level", () => {
  const lines: unknown[] = [];
  const line =
    (level: string) =>
    (message: string, facts?: object): void => {
      lines.push([level, message, facts]);
    };
  const log = shadowLog({
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
  });

  log.info("told", { plugin: "p" });
  log.error("died");
  log.warn("slow");
  log.debug("seen");

  expect(lines).toEqual([
    ["info", "told", { plugin: "p", isShadow: true }],
    ["error", "died", { isShadow: true }],
    ["warn", "slow", { isShadow: true }],
    ["debug", "seen", { isShadow: true }],
  ]);
});
