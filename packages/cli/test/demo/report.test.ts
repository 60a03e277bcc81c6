import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { Report } from "../../src/demo/report.ts";

function reportOf(json: boolean): { report: Report; lines: () => string[] } {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  return { report: new Report({ json, colour: false, write }), lines: () => text.trimEnd().split("\n") };
}

const fail = (error: Error) => (): Promise<string> => Promise.reject(error);
const result = (detail: string): { detail: string } => ({ detail });

test("tells people a line a step, and further lines below it", async () => {
  const { report, lines } = reportOf(false);

  await report.step("doctor", async () => "all is well", result);
  report.done("main job", 1_500, { detail: "done", lines: ["quickly"] });

  expect(lines()).toEqual([
    expect.stringMatching(/^✓ doctor {8}all is well {2}\d+ ms$/),
    "✓ main job      done  1.5 s",
    "                quickly",
  ]);
});

test("tells programs one object a line, and nothing that is for people", () => {
  const { report, lines } = reportOf(true);

  report.say("hello");
  report.done("main job", 12.4, { detail: "done", figures: { commitToAckMs: 34.1 } });

  expect(lines().map((line) => JSON.parse(line))).toEqual([
    { step: "main job", ok: true, ms: 12, detail: "done", commitToAckMs: 34.1 },
  ]);
});

test("what this machine lacks is one line with the remedy, and code 3", async () => {
  const { report, lines } = reportOf(false);
  const error = new GluttonyError("environment.java_missing", { reason: "java cannot be run" });

  await expect(report.step("doctor", fail(error), result)).rejects.toBe(error);

  expect(lines()).toEqual([expect.stringMatching(/^✕ doctor .*Install a JDK of version 17 or newer\.$/)]);
  expect(report.exitCode).toBe(3);
});

test("a part that failed shows the end of its log and a likely cause", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gluttony-report-"));
  const logFile = join(folder, "broker.log");
  writeFileSync(logFile, Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join(""));
  const { report, lines } = reportOf(false);

  const error = new GluttonyError("environment.process_failed", { logFile });
  await expect(report.step("broker", fail(error), result)).rejects.toBe(error);

  rmSync(folder, { recursive: true });
  expect(lines().filter((line) => line.startsWith("    line"))).toHaveLength(20);
  expect(lines().at(-2)).toBe("    line 30");
  expect(lines().at(-1)).toMatch(/likely cause: .*memory/);
});

test("a proof that fails ends with 1, an error of nobody's with 1 and its own words", async () => {
  const proof = reportOf(true);
  const other = reportOf(true);

  await expect(
    proof.report.step("main job", fail(new GluttonyError("environment.timed_out")), result),
  ).rejects.toThrow();
  await expect(other.report.step("database", fail(new TypeError("odd")), result)).rejects.toThrow();

  expect([proof.report.exitCode, other.report.exitCode]).toEqual([1, 1]);
  expect(other.lines()[0]).toContain("TypeError: odd");
});

test("being asked to end is no failure", async () => {
  const { report, lines } = reportOf(false);

  const stopped = report.step(
    "host",
    async () => AbortSignal.abort().throwIfAborted(),
    () => result(""),
  );

  await expect(stopped).rejects.toThrow();
  expect([report.exitCode, lines()]).toEqual([undefined, [""]]);
});
