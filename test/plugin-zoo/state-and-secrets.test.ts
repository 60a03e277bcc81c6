import type { AttemptResult } from "@gluttony/core";
import { expect, test } from "vitest";
import { insertOf, testHost, zooPlugin } from "../support/cells.ts";

const rule = (name: string): AttemptResult => ({ kind: "filtered", rule: name });

/** The plugin as a person would have installed it, with its secret granted or not. */
async function granted(grantedSecrets: { readonly [name: string]: string } = { token: "${env:TOKEN}" }) {
  const test = testHost({ logsOutput: true });
  const resolved = await test.host.resolve(`file:${zooPlugin("calm")}`, {});
  const own = await import("../../packages/core/src/read-manifest.ts");
  const { name, version, manifest } = await own.readManifest(zooPlugin("remembers"));
  const release = {
    ...resolved.release,
    package: name,
    version,
    manifest,
    root: zooPlugin("remembers"),
    grantedSecrets,
  };
  const lease = await test.host.acquire({ ...resolved, release });
  return { test, cell: lease.cell, lease, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

test("a handler remembers for one consumer, and for each of them apart", async () => {
  await using zoo = await granted();
  const run = (deed: string, id = "1") => zoo.cell.attempt(insertOf(deed, { id }));

  const seen = [
    await run("count"),
    await run("count"),
    await run("count", "2"),
    await run("forget"),
    await run("count"),
  ];

  expect(seen).toEqual(["seen-0", "seen-1", "seen-0", "now-undefined", "seen-0"].map(rule));
  expect(await run("nested")).toEqual(rule("three-3"));
  expect([...zoo.test.states.values.keys()].map((key) => JSON.parse(key).handler)).toEqual(
    Array(3).fill("@zoo/remembers#onChange"),
  );
});

test.each([
  ["empty-key", "state.key_invalid"],
  ["no-json", "state.value_invalid"],
  ["too-large", "state.value_invalid"],
  ["another-secret", "secret.not_granted"],
])("%s is refused with %s, and the process lives on", async (deed, code) => {
  await using zoo = await granted();

  const outcome = await zoo.cell.attempt(insertOf(deed));

  expect(outcome).toMatchObject({ kind: "failed", failure: { kind: "config", code } });
  expect(zoo.cell.observe().crashes).toBe(0);
});

test("while the store is down the attempt fails for a while, and nothing is parked for it", async () => {
  await using zoo = await granted();
  zoo.test.states.isDown = true;

  const outcome = await zoo.cell.attempt(insertOf("count"));

  expect(outcome).toMatchObject({ failure: { kind: "transient", code: "state.unavailable" } });
});

test("a host that may hold the partition no more writes nothing", async () => {
  await using zoo = await granted();

  const outcome = await zoo.cell.attempt({ ...insertOf("count"), mayCall: () => false });

  expect(outcome).toMatchObject({ failure: { code: "handler.lease_lost" } });
  expect(zoo.test.states.values.size).toBe(0);
});

test("a secret that was granted is given, and is in no line of the log", async () => {
  await using zoo = await granted();

  const outcome = await zoo.cell.attempt(insertOf("secret"));

  expect(outcome).toEqual(rule(`token-${"value of ${env:TOKEN}".length}`));
  expect(zoo.test.log.lines.join("\n")).not.toContain("value of");
});

test("a release whose secrets are not granted is not resolved, and the names are told", async () => {
  await using host = testHost();

  await expect(host.acquireFolder(zooPlugin("remembers"))).rejects.toMatchObject({
    code: "plugin.permission_missing",
    facts: { secrets: ["token"] },
  });
});

test("what is gathered is flushed before the plugin is torn down", async () => {
  await using zoo = await granted();
  await zoo.cell.attempt(insertOf("count"));

  await zoo.lease.release();

  const printed = zoo.test.log.lines.filter((line) => line.includes("printed"));
  expect(printed.map((line) => /"line":"([^"]*)"/.exec(line)?.[1])).toEqual(["flushed", "torn down"]);
});
