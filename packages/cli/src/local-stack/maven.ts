import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { GluttonyError } from "@gluttony/model";

/** A run that has not ended after this much has lost its network. */
const FETCH_LIMIT_MS = 10 * 60_000;
const OUTPUT_MAX_CHARS = 64 * 1024;

/** Runs Maven once; what it said is kept in the log file only if it failed. */
export async function runMaven(args: readonly string[], cwd: string, logFile: string): Promise<void> {
  const ran = await collect(args, cwd);
  if (ran.code === 0) return;
  if (/No space left on device/i.test(ran.output)) {
    throw new GluttonyError("environment.disk_full", { folder: cwd });
  }
  writeFileSync(logFile, ran.output);
  throw new GluttonyError("environment.fetch_failed", { logFile });
}

/** Says which Maven there is; refuses where there is none. */
export async function checkMaven(): Promise<string> {
  const ran = await collect(["--version"], process.cwd());
  const version = /Apache Maven ([\w.-]+)/.exec(ran.output)?.[1];
  if (ran.code === 0 && version !== undefined) return `Maven ${version}`;
  throw new GluttonyError("environment.maven_missing", { exitCode: ran.code });
}

function collect(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const maven = spawn("mvn", [...args], {
      cwd,
      env: mavenEnv(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    // A time-out of spawn's own would outlive a program that cannot be started, and keep this one from ending.
    const limit = setTimeout(() => maven.kill(), FETCH_LIMIT_MS);
    let output = "";
    const keep = (text: string): void => {
      output = (output + text).slice(-OUTPUT_MAX_CHARS);
    };
    maven.stdout.setEncoding("utf8").on("data", keep);
    maven.stderr.setEncoding("utf8").on("data", keep);
    maven.once("error", (cause) => {
      clearTimeout(limit);
      reject(new GluttonyError("environment.maven_missing", {}, { cause }));
    });
    maven.once("close", (code) => {
      clearTimeout(limit);
      resolve({ code, output });
    });
  });
}

/**
 * Java takes the home folder from the system's list of users and ignores `HOME`. A user of a container often has none
 * there, and Maven would then have no place for its files; only in that case Java is told to take `HOME`.
 */
function mavenEnv(): NodeJS.ProcessEnv {
  const listed = userInfo().homedir;
  if (existsSync(listed) || !existsSync(homedir())) return process.env;
  const options = [process.env["MAVEN_OPTS"], `-Duser.home=${homedir()}`];
  return { ...process.env, MAVEN_OPTS: options.filter(Boolean).join(" ") };
}
