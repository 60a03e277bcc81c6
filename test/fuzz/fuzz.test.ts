import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "fuzz.mjs");

function fuzz(...words: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { code: status, output: `${stdout}${stderr}` };
}

test("a few seconds of fuzzing find no crash, no hang, no broken promise and no growth of memory", () => {
  const { code, output } = fuzz("--seconds", "5", "--workers", "1", "--seed", String(Date.now() % 1_000_000));
  const [, executions = "0", characters = "0"] = /^(\d+) executions .*, (\d+) characters/m.exec(output) ?? [];

  expect(output).not.toContain("FAILED");
  expect(code).toBe(0);
  // A busy machine does few; that there were more than the corpus says that the loop went on.
  expect(Number(executions)).toBeGreaterThan(500);
  // More than half of the decoders' code: the corpus alone reaches that.
  expect(Number(characters)).toBeGreaterThan(20_000);
});

test.each([
  ["crash", /FAILED: crash: RangeError: planted/],
  ["hang", /FAILED: hang: \d+ ms/],
  ["endless", /FAILED: hang: one input took more than/],
  ["leak", /FAILED: memory grows/],
])("a planted %s is found, and what led to it fails again", (plant, said) => {
  const { code, output } = fuzz("--seconds", "12", "--workers", "1", "--plant", plant);
  const [, file] = /--replay (\S+)/.exec(output) ?? [];

  expect(output).toMatch(said);
  expect(code).toBe(1);
  // Growth has no single input, and an endless one would not end here either.
  if (file !== undefined && plant !== "endless") expect(fuzz("--replay", file).code).toBe(1);
});

test("without a time it says how it is used", () => {
  expect(fuzz()).toMatchObject({ code: 2, output: expect.stringContaining("--replay FILE") });
});
