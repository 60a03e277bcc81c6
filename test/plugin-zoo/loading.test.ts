import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { insertOf, testHost, zooPlugin } from "../support/cells.ts";
import { cage } from "../support/zoo.ts";

/** A start that hangs is given up after this, milliseconds; enough for a good one on a busy machine. */
const startMs = 4_000;

describe("what cannot be loaded is refused by its code, and leaves no process", () => {
  test.each([
    ["throws-at-import", "plugin.import_failed"],
    ["loops-at-import", "plugin.start_timeout"],
    ["never-imports", "plugin.import_never_settled"],
    ["junk-at-import", "plugin.protocol_violation"],
    ["is-missing", "plugin.export_missing"],
    ["is-a-class", "plugin.export_missing"],
    ["is-named-otherwise", "plugin.handler_differs"],
    ["speaks-protocol-9", "plugin.protocol_unsupported"],
    ["speaks-protocol-0", "plugin.protocol_unsupported"],
    ["has-manifest-2", "plugin.manifest_invalid"],
    ["needs-the-future", "plugin.manifest_invalid"],
    ["has-a-looping-schema", "plugin.manifest_invalid"],
    ["has-a-remote-schema", "plugin.manifest_invalid"],
  ])("%s: %s", async (plugin, code) => {
    await using host = testHost({ startMs });
    const calm = await host.acquireFolder(zooPlugin("calm"));

    await expect(host.acquireFolder(zooPlugin(plugin))).rejects.toMatchObject({ code });
    expect(await calm.cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
  });

  test("broken syntax: plugin.import_failed, and the place is named", async () => {
    await using host = testHost({ startMs });
    const folder = await mkdtemp(join(tmpdir(), "broken-syntax-"));
    try {
      await cp(zooPlugin("calm"), folder, { recursive: true });
      await writeFile(join(folder, "index.js"), "export const onChange = {;\n");

      await expect(host.acquireFolder(folder)).rejects.toMatchObject({ code: "plugin.import_failed" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test.each([
  ["speaks-protocol-9", "gluttony"],
  ["speaks-protocol-0", "@zoo/speaks-protocol-0"],
])("a protocol that does not fit (%s) names the side to move: %s", async (plugin, side) => {
  await using host = testHost();

  await expect(host.acquireFolder(zooPlugin(plugin))).rejects.toMatchObject({ facts: { upgrade: side } });
});

test("a plugin that says it is loaded before it is gets no record done, and is quarantined", async () => {
  await using zoo = await cage("forges-readiness", { crashesMax: 3 });

  const outcomes = await Promise.all(Array.from({ length: 6 }, () => zoo.bad.attempt(insertOf("nothing"))));

  expect(outcomes.every(({ kind }) => kind === "failed")).toBe(true);
  expect(await zoo.calm.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});

test("a plugin that was bundled with its own copy of the SDK is accepted", async () => {
  await using zoo = await cage("brings-its-own-sdk");

  expect(await zoo.bad.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
});

test("what it prints while it is loaded is logged as bounded, plain lines under the plugin's name", async () => {
  await using zoo = await cage("prints-odd-lines");

  await expect.poll(() => zoo.test.log.lines.join("\n")).toContain("the host is on fire");
  const lines = zoo.test.log.lines.join("\n");
  expect(lines).not.toContain("\u001b");
  expect(lines).not.toContain("\\u001b");
  expect(lines).toContain("[2J");
  expect(Math.max(...zoo.test.log.lines.map((line) => line.length))).toBeLessThan(3_000);
  expect(zoo.test.log.lines.filter((line) => line.includes("on fire"))).toEqual([
    expect.stringMatching(/^The plugin printed a line\. \{"plugin":"@zoo\/prints-odd-lines"/),
  ]);
});

test("a plugin that will not stop is ended within the budget", async () => {
  await using zoo = await cage("ignores-stop");
  await zoo.bad.attempt(insertOf("nothing"));
  const { pid } = zoo.bad.observe();
  const startedAt = performance.now();

  await zoo.bad.close(1_000);

  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
});
