import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { changesOf } from "../support/change-of.ts";
import { runCommand, TestHost, until } from "../support/host.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { Verdaccio } from "../support/verdaccio.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";
const policy = { packages: [{ match: "@example/*", level: "integrity" }], minimumReleaseAgeHours: 0 };
const limitMs = 60_000;

describe.skipIf(stack().unavailable !== "")("releases on two hosts", () => {
  test("a published version serves both hosts, one consumer keeps the old, and going back needs no registry", async () => {
    await using scene = await Scene.open({ GLUTTONY_HOST_ID: "first" });
    await using registry = await Verdaccio.start(join(scene.folder, "verdaccio"));
    const file = join(scene.folder, "policy.json");
    await writeFile(file, JSON.stringify(policy));
    const env: { readonly [name: string]: string } = {
      ...scene.host.env,
      GLUTTONY_PLUGIN_POLICY: file,
      NPM_TOKEN: registry.token,
    };
    await using second = await TestHost.prepare({
      ...{ databaseUrl: env["DATABASE_URL"] ?? "", kafka: stack().kafka, connectUrl: stack().connectUrl },
      env: { GLUTTONY_HOST_ID: "second" },
    });
    await Promise.all([scene.host.start(), second.start()]);
    const pids = [scene.host.pid, second.pid];
    const command = (...words: readonly string[]) => runHere(words, env);
    const topics = { ward: await scene.makeTopic(2), clinic: await scene.makeTopic(2) };
    for (const [consumer, topic] of Object.entries(topics)) {
      await scene.insert({ name: consumer, topic, handlerFunc: `${name}@^1` });
      await scene.tools.send(topic, changesOf(1, 1));
    }
    await registry.publish(await pack(scene, "1.0.0"));
    await command(
      "plugin",
      "install",
      `${name}@1.0.0`,
      "--registry",
      registry.url,
      "--token-env",
      "NPM_TOKEN",
    );
    const served = (consumer: string, version: string) =>
      until(async () => {
        const releases = ((await scene.status(consumer))?.hosts ?? []).map((host) => host.release);
        return releases.length === 2 && releases.every((release) => release === `${name}@${version}`);
      }, limitMs);
    expect([await served("ward", "1.0.0"), await served("clinic", "1.0.0")]).toEqual([true, true]);

    await registry.publish(await pack(scene, "1.1.0"));
    await command("plugin", "install", `${name}@^1`, "--registry", registry.url, "--token-env", "NPM_TOKEN");
    await scene.tools.send(topics.ward, changesOf(2, 1));
    expect(await served("ward", "1.1.0")).toBe(true);
    expect(await scene.untilEnded("ward", "done", 2)).toBe(true);
    await command("plugin", "roll-back", name, "--consumer", "clinic");
    expect(await served("clinic", "1.0.0")).toBe(true);
    expect(await served("ward", "1.1.0")).toBe(true);
    await until(async () => (await shown(command)).releases.every((one) => one.isComplete === true), limitMs);
    expect((await shown(command)).releases).toMatchObject([
      {
        version: "1.1.0",
        state: "active",
        isComplete: true,
        hosts: [{ hostId: "first" }, { hostId: "second" }],
      },
      {
        version: "1.0.0",
        state: "active",
        isComplete: true,
        hosts: [{ hostId: "first" }, { hostId: "second" }],
      },
    ]);

    await registry.stop();
    await command("plugin", "roll-back", name, "--reason", "it sees doubles");
    expect(await served("ward", "1.0.0")).toBe(true);
    await scene.tools.send(topics.ward, changesOf(3, 1));
    expect(await scene.untilEnded("ward", "done", 3)).toBe(true);
    expect([scene.host.pid, second.pid]).toEqual(pids);
  });
});

interface Shown {
  readonly releases: readonly { readonly version: string; readonly isComplete: boolean | null }[];
}

async function shown(command: (...words: readonly string[]) => Promise<string>): Promise<Shown> {
  return JSON.parse(await command("plugin", "show", name, "-o", "json")) as Shown;
}

/** Runs a command that must do its work. */
async function runHere(words: readonly string[], env: { readonly [name: string]: string }): Promise<string> {
  const { code, stdout, stderr } = await runCommand(words, env);
  expect(code, stderr).toBe(0);
  return stdout;
}

function pack(scene: Scene, version: string): Promise<string> {
  return packChanged(hello, scene.folder, async (root) => {
    const path = join(root, "package.json");
    const json: object = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...json, version }));
  });
}
