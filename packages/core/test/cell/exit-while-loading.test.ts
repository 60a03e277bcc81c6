import { expect, test } from "vitest";
import { exitWhileLoading } from "../../src/cell/exit-while-loading.ts";

test.each(["SIGKILL", "SIGTERM"])("a process that was killed by %s says nothing of its plugin", (signal) => {
  expect(exitWhileLoading(null, signal)).toEqual({
    code: "plugin.start_killed",
    detail: `The process ended by ${signal} while the plugin was loaded.`,
  });
});

test.each([
  [0, null],
  [3, null],
  [null, "SIGABRT"],
  [null, "SIGSEGV"],
])("an end with code %s and signal %s is the plugin's own", (code, signal) => {
  expect(exitWhileLoading(code, signal).code).toBe("plugin.import_failed");
});
