import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { identityOf, isAlive, type ProcessIdentity } from "./process-identity.ts";

const LOCK_EVERY_MS = 100;

/** Does the work while no other process of this machine holds the lock; a lock of a dead process does not count. */
export async function withLock<Result>(
  file: string,
  limitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await takeLock(file, limitMs);
  try {
    return await work();
  } finally {
    giveLock(file);
  }
}

/** Gives a lock back that this process holds. */
export function giveLock(file: string): void {
  rmSync(file, { force: true });
}

/** Waits for a lock, at most so long, and keeps it until it is given back or this process ends. */
export async function takeLock(file: string, limitMs: number): Promise<void> {
  const until = performance.now() + limitMs;
  while (!isTaken(file)) {
    if (performance.now() > until) {
      throw new GluttonyError("environment.timed_out", { waitedForLock: file, limitMs });
    }
    removeIfDead(file);
    await sleep(LOCK_EVERY_MS);
  }
}

function isTaken(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(identityOf(process.pid)), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function removeIfDead(file: string): void {
  const holder = readHolder(file);
  if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch {
    return undefined; // It is being written or was just given back.
  }
}
