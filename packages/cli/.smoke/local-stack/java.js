import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { GluttonyError } from "@gluttony/model";
/** Kafka 4 and Debezium 3 are compiled for this release. */
export const JAVA_RELEASE_MIN = 17;
const VERSION_LIMIT_MS = 20_000;
const run = promisify(execFile);
/** Finds the Java that runs the broker and the worker: that of `JAVA_HOME`, else the one on the path. */
export async function findJava(env = process.env) {
  const home = env["JAVA_HOME"];
  const program = home ? join(home, "bin", "java") : "java";
  const version = await versionOf(program);
  const release = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1]);
  if (release >= JAVA_RELEASE_MIN) return { program, release, version };
  throw javaMissing(`${program} is version ${version || "unknown"}`);
}
async function versionOf(program) {
  try {
    const { stderr, stdout } = await run(program, ["-version"], { timeout: VERSION_LIMIT_MS });
    return /version "([^"]+)"/.exec(stderr + stdout)?.[1] ?? "";
  } catch (cause) {
    throw javaMissing(`${program} cannot be run`, cause);
  }
}
function javaMissing(reason, cause) {
  return new GluttonyError(
    "environment.java_missing",
    { reason, neededRelease: JAVA_RELEASE_MIN },
    { cause },
  );
}
