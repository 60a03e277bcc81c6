import { spawn } from "node:child_process";

/** What a command that a person types came to. */
export interface Typed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs a line in a shell, as a person types it, with nothing of this process's environment but what npm needs. */
export function typed(line: string, cwd: string, limitMs = 180_000): Promise<Typed> {
  const startedMs = performance.now();
  const kept = [
    "PATH",
    "HOME",
    ...Object.keys(process.env).filter((name) => /^npm_config_(?!recursive)/i.test(name)),
  ];
  const env = Object.fromEntries(kept.map((name) => [name, process.env[name] ?? ""]));
  const child = spawn("sh", ["-c", line], {
    cwd,
    env: { ...env, npm_config_update_notifier: "false", npm_config_audit: "false", npm_config_fund: "false" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, limitMs);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, ms: Math.round(performance.now() - startedMs) });
    });
  });
}

/** Why npm could not install: the registry was not reached. Null for any other reason, which is a fault. */
export function registryOutOfReach({ stdout, stderr }: Typed): string | null {
  const [found] =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|ECONNRESET/.exec(stdout + stderr) ?? [];
  return found === undefined ? null : `npm cannot reach its registry (${found})`;
}
