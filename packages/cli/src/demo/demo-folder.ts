import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import { giveLock, takeLock } from "../local-stack/folder-lock.ts";
import { folderFault } from "../local-stack/folder-fault.ts";

const CLAIM_LIMIT_MS = 500;

/** Where the demo keeps everything between runs. */
export function demoFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["GLUTTONY_DEMO_DIR"];
  if (named) return resolve(named);
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "gluttony", "demo");
}

/** Claims the folder for this demo alone until it is disposed of. The claim of a killed demo does not count. */
export async function claimFolder(folder: string): Promise<Disposable> {
  const lock = `${folder}.lock`;
  await makeParent(folder);
  try {
    await takeLock(lock, CLAIM_LIMIT_MS);
  } catch (error) {
    if (toGluttonyError(error).code !== "environment.timed_out") throw error;
    throw new GluttonyError("environment.folder_in_use", { folder }, { cause: error });
  }
  return { [Symbol.dispose]: () => giveLock(lock) };
}

/** The key that seals connection strings at rest: made once, readable by this user only. */
export function masterKeyOf(folder: string): string {
  const file = join(folder, "master.key");
  if (!existsSync(file))
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8");
}

async function makeParent(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
  } catch (error) {
    throw folderFault(dirname(folder), error);
  }
}
