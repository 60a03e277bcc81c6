import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { patched, root } from "./bundle.mjs";
import { plantedBugs } from "./planted-bugs.mjs";
import { runSeed } from "./run-seed.ts";
import { closeGlobals } from "./world/closed-globals.ts";
import { SeededRandom } from "./world/seeded-random.ts";
import { World } from "./world/world.ts";

const run = promisify(execFile);
const simulate = join(import.meta.dirname, "simulate.mjs");

async function simulated(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout } = await run(process.execPath, [simulate, ...args]);
    return { code: 0, output: stdout };
  } catch (error) {
    if (!(error instanceof Error) || !("stdout" in error)) throw error;
    return { code: Number(Reflect.get(error, "code")), output: String(error.stdout) };
  }
}

describe("the delivery core in virtual time", () => {
  test("keeps what it promises over 300 seeds", async () => {
    const { code, output } = await simulated("--seeds", "1..300");

    expect(output).toContain("300 seeds  0 failed");
    expect(code).toBe(0);
  });

  test.each(["commit-maximum", "no-fence", "same-key-in-parallel", "mark-before-letter", "forget-attempts"])(
    "would be caught with the bug %s",
    async (name) => {
      const { code, output } = await simulated("--planted", "--only", name);

      expect(output).toMatch(new RegExp(`${name} +seed \\d+`));
      expect(code).toBe(0);
    },
  );
});

describe("a seed", () => {
  test("tells the same story twice, and in another process", async () => {
    const first = await runSeed(12);
    const second = await runSeed(12);
    const { output } = await simulated("--seed", "12");

    expect(second.hash).toBe(first.hash);
    expect(output).toContain(first.hash);
    expect(first.events).toBeGreaterThan(500);
  });

  test("tells another story than its neighbour", async () => {
    expect((await runSeed(12)).hash).not.toBe((await runSeed(13)).hash);
  });

  test("fails when something asks the machine for time or chance", () => {
    const open = closeGlobals();
    const asked = [
      () => Date.now(),
      () => new Date(),
      () => Math.random(),
      () => performance.now(),
      () => setTimeout(() => undefined, 1),
    ].map((ask) => messageOf(ask));
    open();

    for (const message of asked) expect(message).toContain("during a simulated run");
    expect(Date.now()).toBeGreaterThan(0);
  });
});

describe("the world", () => {
  test("lets promises settle between two events, however deep they are chained", async () => {
    const world = new World(new SeededRandom(1), false);
    const seen: string[] = [];
    world.after(1, () => {
      let chain = Promise.resolve();
      for (let link = 0; link < 500; link += 1) chain = chain.then(() => undefined);
      void chain.then(() => seen.push("settled"));
    });
    world.after(1, () => seen.push("next event"));

    await world.run();

    expect(seen).toEqual(["settled", "next event"]);
  });

  test("calls events off, and lets those of one moment happen in the order of planning", async () => {
    const world = new World(new SeededRandom(1), false);
    const seen: number[] = [];
    for (const at of [5, 3, 3, 9, 1]) world.after(at, () => seen.push(world.nowMs));
    world.after(2, () => seen.push(-1))();

    await world.run();

    expect(seen).toEqual([1, 3, 3, 5, 9]);
  });
});

describe("a planted bug", () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))("%s still fits its line", (_name, bug) => {
    const source = readFileSync(join(root, bug.file), "utf8");

    expect(patched(source, [bug])).not.toBe(source);
  });

  test("fails when its line is gone or there twice", () => {
    const bug = { file: "x.ts", find: "a();", replace: "b();" };

    expect(() => patched("c();", [bug])).toThrow("occurs 0 times");
    expect(() => patched("a(); a();", [bug])).toThrow("occurs 2 times");
  });
});

function messageOf(ask: () => unknown): string {
  try {
    ask();
    return "answered";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
