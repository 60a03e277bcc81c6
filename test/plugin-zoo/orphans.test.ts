import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { processFences } from "@gluttony/core";
import { expect, test } from "vitest";
import { zooPlugin } from "../support/cells.ts";

test.skipIf(!processFences().endsWithHost)(
  "a host that is killed leaves no cell behind, not even one that loops (skipped where the kernel sends no signal for it)",
  async () => {
    const script = fileURLToPath(new URL("./host-beside-a-loop.mjs", import.meta.url));
    const host = spawn(process.execPath, [script, zooPlugin("loops")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line]: readonly unknown[] = await once(host.stdout, "data");
      const cell = Number(String(line));
      const family = [cell, ...childrenOf(cell)];
      expect(family.every(isAlive)).toBe(true);

      host.kill("SIGKILL");

      await expect.poll(() => family.filter(isAlive), { timeout: 2_000 }).toEqual([]);
    } finally {
      host.kill("SIGKILL");
    }
  },
);

function childrenOf(pid: number): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((one) => one > 0 && parentOf(one) === pid);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

/** A process that nobody has collected yet is gone all the same. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
