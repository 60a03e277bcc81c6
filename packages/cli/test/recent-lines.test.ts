import { expect, test } from "vitest";
import { RecentLines } from "../src/recent-lines.ts";

function linesOf(recent: RecentLines): readonly { readonly [name: string]: unknown }[] {
  return recent
    .text()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const line = (level: string, msg: string): string => `${JSON.stringify({ level, time: "t", msg })}\n`;

test("lines come back in the order in which they were written", () => {
  const recent = new RecentLines();
  for (const [level, msg] of [
    ["info", "one"],
    ["error", "two"],
    ["debug", "three"],
  ] as const)
    recent.keep(line(level, msg));

  expect(linesOf(recent).map(({ msg }) => msg)).toEqual(["one", "two", "three"]);
});

test("many quiet lines push out no warning", () => {
  const recent = new RecentLines();
  recent.keep(line("warn", "early"));
  for (let at = 0; at < 5_000; at += 1) recent.keep(line("debug", `quiet ${at}`));

  const kept = linesOf(recent);

  expect(kept[0]).toMatchObject({ msg: "early" });
  expect(kept.at(-1)).toMatchObject({ msg: "quiet 4999" });
  expect(kept).toHaveLength(1_501);
});

test("what a plugin said is left out, and when and where it spoke stays", () => {
  const recent = new RecentLines();
  const spoken = { level: "info", time: "t", name: "Zhang San", plugin: "lab", topic: "a", offset: "7" };
  recent.keep(`${JSON.stringify({ ...spoken, saidBy: "plugin", msg: "saw Zhang San" })}\n`);

  expect(linesOf(recent)).toEqual([
    {
      level: "info",
      time: "t",
      plugin: "lab",
      topic: "a",
      offset: "7",
      msg: "(a plugin's own words are left out)",
    },
  ]);
});

test("also where the line was too long to be kept whole", () => {
  const recent = new RecentLines();
  recent.keep(
    `${JSON.stringify({ level: "info", note: `Zhang San${"x".repeat(10_000)}`, saidBy: "plugin" })}\n`,
  );

  expect(recent.text()).not.toContain("Zhang");
});

test("the text is bounded, and the newest lines are those that stay", () => {
  const recent = new RecentLines();
  for (let at = 0; at < 1_000; at += 1) recent.keep(line("info", `${at} ${"x".repeat(3_000)}`));

  const text = recent.text();

  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900_000);
  expect(text).toContain('"999 x');
  expect(text).not.toContain('"0 x');
});
