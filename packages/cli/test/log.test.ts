import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLog } from "../src/log.ts";

const base = { service: "gluttony", version: "1.2.3", host: "h" };
let lines: string[];

beforeEach(() => {
  lines = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function log() {
  return createLog("trace", base, { write: (line) => lines.push(line) });
}

const parsed = (): readonly { readonly [name: string]: unknown }[] => lines.map((line) => JSON.parse(line));

test("a line says when, how grave, of which program, and what", () => {
  log().info("gluttony serves", { url: "http://h" });

  expect(parsed()).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      ...base,
      url: "http://h",
      msg: "gluttony serves",
    },
  ]);
});

test("a fact never stands under a name that the line itself has", () => {
  log().warn("a handler says", { level: "fatal", version: "9", msg: "forged", time: 1, row: 7 });

  expect(parsed()).toMatchObject([
    {
      ...base,
      level: "warn",
      msg: "a handler says",
      level_: "fatal",
      version_: "9",
      msg_: "forged",
      time_: 1,
      row: 7,
    },
  ]);
  expect(lines[0]?.match(/"(?:level|version|msg|time)":/g)).toHaveLength(4);
});

test("a plugin's version has a name of its own", () => {
  log().info("a row", { plugin: "@x/y", version: "4.0.0" });

  expect(parsed()).toMatchObject([{ plugin: "@x/y", pluginVersion: "4.0.0", version: "1.2.3" }]);
});

describe("a warning or an error that repeats", () => {
  test("is told at once, and once more with how often it came", () => {
    const { error } = log();
    for (let at = 0; at < 413; at += 1) error("a store cannot be written", { code: "database.unreachable" });
    const atOnce = lines.length;

    vi.advanceTimersByTime(10_000);

    expect(atOnce).toBe(1);
    expect(parsed()[1]).toMatchObject({
      msg: "a store cannot be written",
      code: "database.unreachable",
      repeated: 412,
    });
    expect(lines).toHaveLength(2);
  });

  test("is another one with another fact, and is told anew when the time is over", () => {
    const { warn } = log();
    warn("stays behind", { consumer: "a" });
    warn("stays behind", { consumer: "b" });
    vi.advanceTimersByTime(10_000);
    warn("stays behind", { consumer: "a" });

    expect(parsed().map(({ consumer }) => consumer)).toEqual(["a", "b", "a"]);
  });

  test("is no line of another level", () => {
    const { info, debug } = log();
    info("same");
    info("same");
    debug("same");
    debug("same");

    expect(lines).toHaveLength(4);
  });

  test("does not take memory without end", () => {
    const { warn } = log();
    for (let at = 0; at < 1_000; at += 1) warn("different", { at });
    warn("different", { at: 999 });

    expect(lines).toHaveLength(1_001);
  });
});
