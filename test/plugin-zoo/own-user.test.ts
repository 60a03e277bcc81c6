import { chmod, cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CellMachine, cellMachine } from "@gluttony/core";
import { describe, expect, test } from "vitest";
import { insertOf, testHost, zooPlugin } from "../support/cells.ts";
import { until } from "../support/host.ts";

const machine = cellMachine({ nodePath: null, user: null });
/** As on a machine that grants no namespaces: the user alone stands between. */
const userAlone: CellMachine = { ...machine, fences: { ...machine.fences, hasNamespaces: false } };

describe.skipIf(machine.user === null)(
  "cells under a user of their own (skipped where the host is not root)",
  () => {
    test("the process has that user's rights, no groups and none to gain", async () => {
      await using host = testHost();
      const { cell } = await host.acquireFolder(zooPlugin("calm"));

      await cell.attempt(insertOf("nothing"));
      const status = await statusOfNode(cell.observe().pid ?? 0);

      const { uid, gid } = machine.user ?? { uid: 0, gid: 0 };
      expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s+${uid}\\s+${uid}$`, "m"));
      expect(status).toMatch(new RegExp(`^Gid:\\s+${gid}\\s`, "m"));
      expect(status).toMatch(/^Groups:\s*$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
    });

    test("also without namespaces a plugin cannot signal the host", async () => {
      await using host = testHost({ machine: userAlone });
      const { cell } = await host.acquireFolder(zooPlugin("kills-around"));

      await cell.attempt(insertOf("act", { deadlineMs: 20_000 }));

      expect(await cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
    });

    test("a link inside of the release leads to nothing that is not for everybody", async () => {
      await using copy = await copyOf("reaches-out", 0o755);
      const secret = join(copy.folder, "..", `secret-${process.pid}`);
      await writeFile(secret, "for the host alone", { mode: 0o600 });
      await symlink(secret, join(copy.folder, "link.txt"));
      await using host = testHost();
      try {
        const { cell } = await host.acquireFolder(copy.folder);

        const outcome = await cell.attempt(insertOf("link"));

        expect(outcome).toMatchObject({ kind: "failed", failure: { code: "handler.threw" } });
      } finally {
        await rm(secret, { force: true });
      }
    });

    test("files that this user cannot read are run as the host's own, and the log says which folder", async () => {
      await using copy = await copyOf("calm", 0o700);
      await using host = testHost();
      const { cell } = await host.acquireFolder(copy.folder);

      expect(await cell.attempt(insertOf("nothing"))).toEqual({ kind: "done" });
      expect(host.log.lines.join("\n")).toContain(`"unreadable":"${copy.folder}"`);
    });

    test("a plugin that insists on a user of its own is not run as the host's", async () => {
      await using copy = await copyOf("calm", 0o700);
      await insist(copy.folder, "user");
      await using host = testHost();

      await expect(host.acquireFolder(copy.folder)).rejects.toMatchObject({
        code: "plugin.isolation_unavailable",
        facts: { unreadable: copy.folder },
      });
    });
  },
);

test("a plugin that insists on a fence is refused where the machine has none", async () => {
  await using copy = await copyOf("calm", 0o755);
  await insist(copy.folder, "namespace");
  await using host = testHost({ machine: userAlone });

  await expect(host.acquireFolder(copy.folder)).rejects.toMatchObject({
    code: "plugin.isolation_unavailable",
    facts: { asks: "namespace" },
  });
});

test("a plugin that asks for another Node than the cells' is refused, with both versions", async () => {
  await using copy = await copyOf("calm", 0o755);
  await changeManifest(copy.folder, (json) => ({ ...json, engines: { node: ">=99" } }));
  await using host = testHost();

  await expect(host.acquireFolder(copy.folder)).rejects.toMatchObject({
    code: "plugin.node_unsupported",
    facts: { asks: ">=99", cellNode: process.versions.node },
  });
});

test("a path that is no Node is a fault of the setting", () => {
  expect(() => cellMachine({ nodePath: "/bin/false", user: null })).toThrow(
    expect.objectContaining({
      code: "config.invalid",
      faults: [expect.objectContaining({ path: "GLUTTONY_CELL_NODE" })],
    }),
  );
});

const otherNode = process.env["TEST_CELL_NODE"] ?? "";

describe.skipIf(otherNode === "")("another Node for cells (skipped unless TEST_CELL_NODE names one)", () => {
  test("runs the plugin under the same fences", async () => {
    const other = cellMachine({ nodePath: otherNode, user: null });
    await using host = testHost({ machine: other });
    const { cell } = await host.acquireFolder(zooPlugin("reaches-out"));

    expect(other.node.version).not.toBe(process.versions.node);
    expect(await cell.attempt(insertOf("version"))).toEqual({
      kind: "filtered",
      rule: `node-${other.node.version}`,
    });
    for (const way of ["host-file", "environ", "spawn", "worker", "write", "binding"]) {
      expect(await cell.attempt(insertOf(way, { deadlineMs: 10_000 }))).toMatchObject({ kind: "failed" });
    }
  });
});

async function copyOf(plugin: string, mode: number) {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-own-user-"));
  await cp(zooPlugin(plugin), folder, { recursive: true });
  await cp(join(import.meta.dirname, "../../packages/sdk"), join(folder, "node_modules/@gluttony/sdk"), {
    recursive: true,
    filter: (source) => !source.includes("/node_modules") && !source.includes("/src"),
  });
  await chmod(folder, mode);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function insist(folder: string, min: string): Promise<void> {
  return changeManifest(folder, (json) => ({
    ...json,
    gluttony: { ...Object(Reflect.get(json, "gluttony")), isolation: { min } },
  }));
}

async function changeManifest(folder: string, change: (json: object) => object): Promise<void> {
  const path = join(folder, "package.json");
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
}

/** The kernel's word on the Node process behind the fences. */
async function statusOfNode(pid: number): Promise<string> {
  let found = "";
  await until(async () => {
    for (const one of [String(pid), ...(await childrenOf(pid))]) {
      const status = await readFile(`/proc/${one}/status`, "utf8").catch(() => "");
      if (/^Name:\s+node/m.test(status)) found = status;
    }
    return found !== "";
  }, 5_000);
  return found;
}

async function childrenOf(pid: number): Promise<readonly string[]> {
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    processes.map(async (one) => {
      const status = await readFile(`/proc/${one}/status`, "utf8").catch(() => "");
      return new RegExp(`^PPid:\\s+${pid}$`, "m").test(status) ? [one] : [];
    }),
  );
  return parents.flat();
}
