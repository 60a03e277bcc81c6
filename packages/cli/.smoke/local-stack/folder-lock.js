import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { identityOf, isAlive } from "./process-identity.js";
const LOCK_EVERY_MS = 100;
/** Does the work while no other process of this machine holds the lock; a lock of a dead process does not count. */
export async function withLock(file, limitMs, work) {
  await take(file, limitMs);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
async function take(file, limitMs) {
  const until = performance.now() + limitMs;
  while (!isTaken(file)) {
    if (performance.now() > until) {
      throw new GluttonyError("environment.timed_out", { waitedForLock: file, limitMs });
    }
    removeIfDead(file);
    await sleep(LOCK_EVERY_MS);
  }
}
function isTaken(file) {
  try {
    writeFileSync(file, JSON.stringify(identityOf(process.pid)), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
function removeIfDead(file) {
  const holder = readHolder(file);
  if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
}
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // It is being written or was just given back.
  }
}
