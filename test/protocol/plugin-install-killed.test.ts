import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installFromFile, treeHash } from "@gluttony/core";
import { createReleases, type Pool } from "@gluttony/postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { memoryLog } from "../support/cells.ts";
import { type CommandResult, programPath, runCommand, until } from "../support/host.ts";
import { packChanged } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { openMigrated, openPool } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const hello = fileURLToPath(new URL("../../examples/hello-handler", import.meta.url));
const name = "@example/hello-handler";
const limitMs = 30_000;

describe.skipIf(stack().postgresUnavailable !== "")("killed while it installs or activates", () => {
  let database: TestDatabase;
  let pool: Pool;
  let folder: string;
  let packages: string;
  let first: string;
  let second: string;
  let env: { readonly [name: string]: string };

  beforeAll(async () => {
    packages = await mkdtemp(join(tmpdir(), "gluttony-packages-"));
    first = await pack("1.0.0");
    second = await pack("1.1.0");
  });
  afterAll(() => removeReadOnly(packages));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-killed-"));
    database = await makeDatabase("killed");
    pool = await openMigrated(database.url);
    env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      DATABASE_URL: database.url,
      GLUTTONY_DATA_DIR: folder,
    };
  });
  afterEach(async () => {
    await pool.close();
    await database[Symbol.asyncDispose]();
    await removeReadOnly(folder);
  });

  const gluttony = (...words: readonly string[]): Promise<CommandResult> => runCommand(words, env);
  const releases = () => createReleases(pool, join(folder, "store"));
  const active = async (): Promise<readonly string[]> =>
    (await releases().active(name)).map(({ version }) => version);
  const staging = (): Promise<readonly string[]> => readdir(join(folder, "store", "staging"));
  const placed = (): Promise<readonly string[]> =>
    readdir(join(folder, "store/releases/example__hello-handler"));
  const install = (file: string, activates = true): Promise<unknown> =>
    installFromFile(
      file,
      { releases: releases(), log: memoryLog() },
      { storeDir: join(folder, "store"), grantNet: [], by: "tester", trial: false, activates },
    );
  const expectWhole = async (): Promise<void> => {
    for (const release of await releases().list())
      expect(await treeHash(release.root)).toBe(release.treeHash);
  };
  const pack = (version: string, line = ""): Promise<string> =>
    packChanged(hello, packages, async (root) => {
      const path = join(root, "package.json");
      const json: object = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...json, version }));
      if (line !== "") await writeFile(join(root, "src/line.js"), line);
    });

  /** Lets the real program install and kills it the moment a step is done. */
  async function killAfter(step: string, file: string): Promise<void> {
    const child = spawn(process.execPath, [programPath, "plugin", "install", file, "--steps-fd", "3"], {
      ...{ env, stdio: ["ignore", "ignore", "inherit", "pipe"] },
    });
    const pipe = child.stdio[3] as Duplex;
    pipe.on("error", () => undefined);
    pipe.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes(`${step}\n`)) child.kill("SIGKILL");
      else pipe.write("g");
    });
    expect(await endOf(child)).toBe("SIGKILL");
  }

  test("an install killed after any step leaves the old or the new, and the next one mends all", async () => {
    await install(first);

    for (const step of ["staged", "unpacked", "inspected", "tried", "placed"]) {
      await killAfter(step, second);
      expect(await active(), step).toEqual(["1.0.0"]);
      // What the one before left is swept; this one's own is still there.
      expect(await staging(), step).toHaveLength(1);
      await expectWhole();
    }
    await killAfter("recorded", second);
    expect(await active()).toEqual(["1.1.0", "1.0.0"]);
    await expectWhole();

    expect(await gluttony("plugin", "install", second)).toMatchObject({ code: 0 });
    expect(await active()).toEqual(["1.1.0", "1.0.0"]);
    expect(await staging()).toEqual([]);
    expect(await placed()).toHaveLength(2);
  }, 180_000);

  /** Holds a table, so that a command stops in the middle of its transaction, and kills it there. */
  async function killWhileWaitingFor(table: string, ...words: readonly string[]): Promise<void> {
    await using holder = openPool(database.url);
    await holder.session(async (queries) => {
      await queries.query("begin");
      await queries.query(`lock table ${table} in access exclusive mode`);
      const child = spawn(process.execPath, [programPath, ...words], { env, stdio: "ignore" });
      const isWaiting = await until(async () => {
        const rows = await pool.query("select from pg_locks where not granted and relation = $1::regclass", [
          table,
        ]);
        return rows.length > 0;
      }, limitMs);
      child.kill("SIGKILL");
      expect([isWaiting, await endOf(child)]).toEqual([true, "SIGKILL"]);
      await queries.query("rollback");
    });
    // The server notices the dead client when it can go on; what it had begun is taken back then.
    const isOver = await until(async () => {
      const rows = await pool.query(
        `select from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
      );
      return rows.length === 0;
    }, limitMs);
    expect(isOver).toBe(true);
  }

  test.each(["cdc.plugin_file", "cdc.plugin_deed", "cdc.plugin_activation"])(
    "an install killed in its transaction, at %s, is as if it had not been",
    async (table) => {
      await install(first);

      await killWhileWaitingFor(table, "plugin", "install", second);

      expect(await active()).toEqual(["1.0.0"]);
      expect((await releases().list()).map(({ version }) => version)).toEqual(["1.0.0"]);
      await install(second);
      expect(await active()).toEqual(["1.1.0", "1.0.0"]);
    },
    120_000,
  );

  test("a change of what serves, killed in its transaction, changes nothing, and works afterwards", async () => {
    await install(first);
    await install(second, false);

    await killWhileWaitingFor("cdc.plugin_deed", "plugin", "activate", `${name}@1.1.0`);
    const killed = await active();
    await gluttony("plugin", "activate", `${name}@1.1.0`);
    await killWhileWaitingFor("cdc.plugin_deed", "plugin", "roll-back", name);

    expect([killed, await active()]).toEqual([["1.0.0"], ["1.1.0", "1.0.0"]]);
    expect(await gluttony("plugin", "roll-back", name)).toMatchObject({ code: 0 });
    expect(await active()).toEqual(["1.0.0"]);
  }, 120_000);

  test("hosts that install the same at once leave one release; of two contents under one version one wins", async () => {
    const another = await pack("1.1.0", "export const line = 2;");

    const equals = await Promise.all([
      gluttony("plugin", "install", first),
      gluttony("plugin", "install", first),
    ]);
    const rivals = await Promise.all([second, another].map((file) => gluttony("plugin", "install", file)));

    expect(equals.map(({ code }) => code)).toEqual([0, 0]);
    expect(new Set(rivals.map(({ code }) => code))).toEqual(new Set([0, 4]));
    expect(rivals.map(({ stderr }) => stderr).join("")).toContain("plugin.already_installed");
    expect(await active()).toEqual(["1.1.0", "1.0.0"]);
    expect(await placed()).toHaveLength(2);
    await expectWhole();
    expect(await staging()).toEqual([]);
  }, 120_000);
});

/** The signal that ended a process. */
function endOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The process does not end.")), limitMs);
    child.once("exit", (_code, signal) => {
      clearTimeout(timer);
      resolve(signal);
    });
  });
}
