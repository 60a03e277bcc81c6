import { expect, test } from "vitest";
import { actionOf, isInterrupt, keyLines } from "../../src/demo/key-action.ts";

test("every key that is shown does something, in either case", () => {
  const shown = [...keyLines.join(" ").matchAll(/\[(.)\]/g)].map(([, key = ""]) => key);

  expect(shown).toHaveLength(8);
  for (const key of shown) expect(actionOf(key.toUpperCase())).toBe(actionOf(key));
  expect(shown.map(actionOf)).not.toContain(undefined);
});

test.for(["", "z", "\r", "constructor", "__proto__"])("another key does nothing: %j", (key) => {
  expect(actionOf(key)).toBeUndefined();
});

test("Ctrl-C is told from other keys", () => {
  expect([isInterrupt("\u0003"), isInterrupt("c")]).toEqual([true, false]);
});
