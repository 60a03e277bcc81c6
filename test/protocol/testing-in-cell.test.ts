import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { conformance, changesOf, runInCell } from "@gluttony/sdk/testing";
import * as core from "@gluttony/core";
import { expect, test } from "vitest";
import { pluginFolder } from "../../packages/sdk/test/support/plugin-folder.ts";

const patients = changesOf({ table: "patient", keyColumns: ["id"] });
const code = `import { readFileSync } from "node:fs";
import { defineHandler } from "@gluttony/sdk";
export const onChange = defineHandler({ name: "onChange", async handle(change, context) {
  if (change.operation === "delete") return { filtered: "test.deleted" };
  const { status } = await context.fetch("http://target.test/", { method: "POST", body: String(change.after.id) });
  if (status !== 200) await context.fetch("http://elsewhere.test/");
  context.log.info("sent", { status, pid: process.pid });
  if (change.after.id === 3n) readFileSync("/etc/hostname");
} });`;

test("changes run in a real cell: another process, behind its fences, with targets from the table", async () => {
  await using plugin = await pluginFolder({ code });
  const changes = [
    patients.insert({ id: 1n }),
    patients.delete({ id: 1n }),
    patients.tombstone({ id: 1n }),
    patients.insert({ id: 3n }),
  ];

  const attempts = await runInCell(changes, { root: plugin.root, core, targets: { "*": {} } });

  expect(attempts.map(({ ending }) => ending)).toMatchObject([
    { done: true },
    { filtered: "test.deleted" },
    { filtered: "debezium.tombstone" },
    { failed: "transient", code: "handler.threw" },
  ]);
  expect(attempts[0]?.calls).toMatchObject([
    { method: "POST", url: "http://target.test/", request: { body: "1" } },
  ]);
  expect(attempts[0]?.log[0]).toMatchObject({ message: "sent", facts: { status: 200 } });
  expect(attempts[0]?.log[0]?.facts["pid"]).not.toBe(process.pid);
});

test("an origin that the manifest does not ask for is refused", async () => {
  await using plugin = await pluginFolder({ code });

  const [attempt] = await runInCell([patients.insert({ id: 1n })], {
    root: plugin.root,
    core,
    targets: { "*": { status: 500 } },
  });

  expect(attempt?.ending).toMatchObject({ failed: "config", code: "target.not_granted" });
});

test("what the host would refuse at install is found by the conformance suite", async () => {
  await using good = await pluginFolder({ code: code.replace("readFileSync(", "String(") });
  await using bad = await pluginFolder({ code, json: { version: "one" } });

  expect(await conformance({ root: good.root, core })).toEqual({ broken: [], notChecked: [] });
  expect((await conformance({ root: bad.root, core })).broken).toContainEqual({
    code: "conformance.cell_refuses",
    handler: "onChange",
    message: expect.stringContaining("version: It must be a semantic version."),
  });
});

test("without the host's core the error says what to install, and the suite what it left out", async () => {
  await using plugin = await pluginFolder({ code: code.replace("readFileSync(", "String(") });
  const testing = pathToFileURL(
    resolve(import.meta.dirname, "../../packages/sdk/dist/testing/index.js"),
  ).href;
  const root = JSON.stringify(plugin.root);
  const program = `const { conformance, runInCell } = await import(${JSON.stringify(testing)});
    const error = await runInCell([], { root: ${root} }).catch((error) => error);
    console.log(JSON.stringify({ code: error.code, message: error.message, ...(await conformance({ root: ${root} })) }));`;

  const said = await new Promise<string>((done, fail) => {
    const args = ["--input-type=module", "--eval", program];
    execFile(
      process.execPath,
      args,
      { env: { PATH: process.env["PATH"] ?? "" }, cwd: plugin.root },
      (error, stdout) => (error === null ? done(stdout) : fail(error)),
    );
  });

  expect(JSON.parse(said)).toMatchObject({
    code: "testing.core_missing",
    message: expect.stringContaining("npm install --save-dev @gluttony/core"),
    broken: [],
    notChecked: [{ what: "a real cell" }],
  });
});
