import { mkdir, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { changesOf } from "../support/change-of.ts";
import { programPath } from "../support/host.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { registryOutOfReach, typed } from "../support/typed-command.ts";

const root = resolve(import.meta.dirname, "../..");
/** What the whole way may take at most; measured, it takes a small part of it. */
const wayLimitMs = 300_000;
/** What a new repository's own tests may take, as their runner counts. */
const testsLimitMs = 2_000;

describe.skipIf(stack().unavailable !== "")("a new handler", () => {
  test("goes from an empty folder to its first change by four commands", async (context) => {
    await using scene = await Scene.open();
    await scene.host.start();
    const topic = await scene.makeTopic();
    await scene.insert({ name: "patients", topic, handlerFunc: "npm:@acme/patients@^0.1.0#onPatient" });
    await scene.tools.send(topic, changesOf(1, 1));
    // What a registry would give: the packed SDK, and the program of this workspace.
    const sdk = await packPlugin(join(root, "packages/sdk"), scene.folder);
    const creator = await packPlugin(join(root, "packages/create-handler"), scene.folder);
    const place = join(scene.folder, "author");
    const folder = join(place, "patients");
    await mkdir(place);
    const startedMs = performance.now();

    const created = await typed(
      `npm exec --yes --package=file:${creator} -- create-handler patients --name @acme/patients --handler onPatient --sdk file:${sdk} --program file:${dirname(dirname(programPath))}`,
      place,
    );
    const unreachable = created.code === 0 ? null : registryOutOfReach(created);
    context.skip(unreachable !== null, unreachable ?? "");
    const tested = await typed("npm test", folder);
    const packed = await typed("npm run pack", folder);
    const installed = await scene.installFile(join(folder, "acme-patients-0.1.0.tgz"));
    const isHandled = await scene.untilEnded("patients", "done", 1);
    const wayMs = Math.round(performance.now() - startedMs);

    expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining("npm run pack") });
    expect(tested, tested.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining("# pass 2") });
    expect(packed, packed.stderr).toMatchObject({ code: 0 });
    expect(installed).toMatchObject({ code: 0 });
    expect(isHandled).toBe(true);
    const testsMs = Number(/# duration_ms ([\d.]+)/.exec(tested.stdout)?.[1]);
    process.stdout.write(
      `empty folder to first change: ${wayMs} ms (create ${created.ms}, test ${tested.ms} of which ${Math.round(testsMs)} are the tests, pack ${packed.ms})\n`,
    );
    expect(testsMs).toBeLessThan(testsLimitMs);
    expect(wayMs).toBeLessThan(wayLimitMs);
    expect((await readdir(folder)).toSorted()).toContain("acme-patients-0.1.0.tgz");
  }, 400_000);
});
