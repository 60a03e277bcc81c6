import { isAbsolute, parse } from "node:path";
import type { Fault } from "@gluttony/model";

/** Where Docker, Compose and most charts put secrets. */
const usualDir = "/run/secrets";

/** The folder of secrets: an absolute path, and not the whole machine. */
export function secretsDirOf(written: string | null, faults: Fault[]): string {
  const dir = written ?? usualDir;
  if (!isAbsolute(dir) || parse(dir).root === dir) {
    faults.push({
      path: "GLUTTONY_SECRETS_DIR",
      message: "Must be the absolute path of a folder that holds secrets alone.",
      suggestion: usualDir,
    });
  }
  return dir;
}
