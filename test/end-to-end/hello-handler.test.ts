import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changesOf } from "../support/change-of.ts";
import { until } from "../support/host.ts";
import { packChanged, packPlugin } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { makeSource } from "../support/source-table.ts";
import { stack } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));

describe.skipIf(stack().unavailable !== "")("a third party's handler", () => {
  test("is packed, installed and run on a change of a real table, from files and plain SQL alone", async () => {
    await using source = await makeSource();
    await using scene = await Scene.open();
    await scene.host.start();
    const file = await packPlugin(hello, scene.folder);

    const installed = await scene.installFile(file);
    await scene.insert({
      name: "hello",
      topic: scene.nameTopic(),
      connString: source.connString,
      captureSchema: "his",
      captureTable: "patient",
      handlerFunc: "npm:@example/hello-handler@^1#onChange",
      configuration: { handler: { greeting: "Good morning" } },
    });
    await until(async () => (await source.replication()).slots === 1, 60_000);
    await source.pool.query("insert into his.patient values (1, 'A', 'Kanarienvogel')");

    expect(installed).toMatchObject({ code: 0 });
    expect(await scene.untilEnded("hello", "done", 1)).toBe(true);
    expect(lineOf(scene.host.log, "saw a change")).toMatchObject({
      greeting: "Good morning",
      operation: "insert",
      table: "patient",
      consumer: "hello",
    });
    expect(scene.host.log).not.toContain("Kanarienvogel");
  });

  test("is taken up by a row that waited for it, and a newer release in the range without a change of the row", async () => {
    await using scene = await Scene.open();
    await scene.host.start();
    const topic = await scene.makeTopic();
    await scene.insert({ name: "waiting", topic, handlerFunc: "npm:@example/hello-handler@^1" });
    const before = await scene.untilCause("waiting", "plugin.not_installed");

    await scene.install(hello);
    await scene.tools.send(topic, changesOf(1, 1));
    const isDone = await scene.untilEnded("waiting", "done", 1);
    await scene.installFile(await packChanged(hello, scene.folder, (root) => raiseVersion(root, "1.1.0")));
    const isUpgraded = await until(
      async () => (await releaseOf(scene)) === "@example/hello-handler@1.1.0",
      20_000,
    );
    await scene.tools.send(topic, changesOf(2, 1));

    expect(before?.observed).toMatchObject({ state: "blocked", cause: { code: "plugin.not_installed" } });
    expect(isDone).toBe(true);
    expect(isUpgraded).toBe(true);
    expect(await scene.untilEnded("waiting", "done", 2)).toBe(true);
  });

  test("is listed, installs twice as one release, and its version never changes its content", async () => {
    await using scene = await Scene.open();
    const file = await packPlugin(hello, scene.folder);
    const other = await packChanged(hello, scene.folder, (root) => writeFile(join(root, "src/more.js"), ""));
    await scene.installFile(file);

    const again = await scene.installFile(file);
    const changed = await scene.installFile(other);
    const listed = await scene.command("plugin", "list", "-o", "json");

    expect(again).toMatchObject({ code: 0 });
    expect(changed.code).toBe(4);
    expect(changed.stderr).toContain("plugin.already_installed");
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { package: "@example/hello-handler", version: "1.0.0", manifest: { handlers: [{ name: "onChange" }] } },
    ]);
  });
});

async function releaseOf(scene: Scene): Promise<string | null | undefined> {
  return (await scene.status("waiting"))?.hosts[0]?.release;
}

async function raiseVersion(root: string, version: string): Promise<void> {
  const path = join(root, "package.json");
  const json = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...json, version }));
}

function lineOf(log: string, message: string): unknown {
  const line = log.split("\n").find((one) => one.includes(`"msg":"${message}"`));
  return line === undefined ? null : JSON.parse(line);
}
