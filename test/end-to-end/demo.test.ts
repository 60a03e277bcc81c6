import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { removeDataFolder } from "gluttony/local-stack";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stack } from "../support/stack.ts";

const program = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));

let parent: string;
let folder: string;
const running: ChildProcess[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "gluttony-demo-"));
  await chmod(parent, 0o711); // Run as root, Postgres is another user and must get in.
  folder = join(parent, "demo");
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  await removeDataFolder(folder);
  await rm(parent, { recursive: true, force: true });
});

interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly [figure: string]: unknown;
}

interface Demo {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<number | null>;
}

function startDemo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Demo {
  const child = spawn(process.execPath, [program, "demo", ...args], {
    env: { ...process.env, ...env, GLUTTONY_DEMO_DIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  const lines: string[] = [];
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  return { child, lines, exit };
}

const stepsOf = ({ lines }: Demo): readonly Step[] => lines.map((line) => JSON.parse(line) as Step);

/** Processes that work in the demo's folder or were told of it. */
function leftInFolder(): readonly string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // It has ended, or is another user's.
    }
  });
}

async function untilReady(demo: Demo): Promise<void> {
  await expect
    .poll(() => demo.lines.some((line) => line.startsWith('{"step":"ready"')), {
      timeout: 200_000,
      interval: 200,
    })
    .toBe(true);
}

describe.skipIf(stack().unavailable !== "")("the demo", () => {
  test("proves the main job once, and leaves nothing running", async () => {
    const demo = startDemo(["--once", "--json"]);
    const exit = await demo.exit;

    const steps = stepsOf(demo);
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(["doctor", "jars", "postgres", "host"]),
    );
    expect(steps.at(-1)).toMatchObject({ step: "main job", commitToAckMs: expect.any(Number), n: 51 });
    expect([exit, leftInFolder()]).toEqual([0, []]);
  });

  test("a killed demo leaves nothing that the next start does not end, and its data serve again", async () => {
    const killed = startDemo(["--json"]);
    await untilReady(killed);
    const second = startDemo(["--once", "--json"]);
    expect([await second.exit, stepsOf(second).at(-1)?.["code"]]).toEqual([3, "environment.folder_in_use"]);

    killed.child.kill("SIGKILL");
    await killed.exit;
    const next = startDemo(["--once", "--json"]);
    const exit = await next.exit;

    expect(stepsOf(next).at(-1)).toMatchObject({ step: "main job", ok: true });
    expect([exit, leftInFolder()]).toEqual([0, []]);
  });

  test("one that stays ends everything when it is asked to", async () => {
    const demo = startDemo(["--json"]);
    await untilReady(demo);

    demo.child.kill("SIGTERM");

    expect(await demo.exit).toBe(0);
    expect(leftInFolder()).toEqual([]);
  });

  test("one that is asked to end while it starts leaves nothing running", async () => {
    const demo = startDemo(["--once", "--json"]);
    await expect.poll(() => demo.lines.length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(2);

    demo.child.kill("SIGTERM");

    expect(await demo.exit).toBe(130);
    expect(leftInFolder()).toEqual([]);
  });
});

describe("a demo on a machine that lacks something", () => {
  test("says in one line that Java is missing, and what to do", async () => {
    const demo = startDemo(["--once"], { PATH: parent, JAVA_HOME: "" });
    const exit = await demo.exit;

    expect(exit).toBe(3);
    const told = demo.lines.filter((line) => line.startsWith("✕"));
    expect(told).toEqual([
      expect.stringMatching(/doctor .*Java is missing.*Install a JDK of version 17 or newer\./),
    ]);
    expect(demo.lines.at(-1)).toBe(told[0]);
  });

  test.skipIf(stack().unavailable !== "")(
    "says that Maven is missing, where something has to be fetched",
    async () => {
      const bin = join(parent, "bin");
      await mkdir(bin);
      await symlink(findOnPath("java"), join(bin, "java"));

      const env = { PATH: bin, GLUTTONY_CACHE_DIR: join(parent, "cache") };
      const demo = startDemo(["--once", "--json"], env);

      expect([await demo.exit, stepsOf(demo)]).toMatchObject([
        3,
        [{ ok: false, code: "environment.maven_missing" }],
      ]);
    },
  );
});

function findOnPath(name: string): string {
  const home = process.env["JAVA_HOME"];
  const folders = [...(home ? [join(home, "bin")] : []), ...(process.env["PATH"] ?? "").split(":")];
  return folders.map((at) => join(at, name)).find((file) => existsSync(file)) ?? name;
}
