import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "gluttony/local-stack";
import { createConnection } from "mysql2/promise";

/** A MariaDB server of a test's own, on loopback, with a root that has no password. */
export interface Mariadb extends AsyncDisposable {
  readonly port: number;
  /** Runs statements as root, one after the other. */
  run(...statements: readonly string[]): Promise<void>;
}

const server = "/usr/sbin/mariadbd";
const installer = "/usr/bin/mariadb-install-db";
const startLimitMs = 60_000;

/** Why there is none on this machine; empty when there is one. Debian's package mariadb-server-core has both programs. */
export const mariadbUnavailable = [server, installer].every((file) => existsSync(file))
  ? ""
  : "mariadb-server-core is not installed";

export async function startMariadb(...options: readonly string[]): Promise<Mariadb> {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-mariadb-"));
  const data = join(folder, "data");
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  const install = [
    "--no-defaults",
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    ...user,
  ];
  const installed = spawnSync(installer, install, { encoding: "utf8", timeout: startLimitMs });
  if (installed.status !== 0)
    throw new Error(`mariadb-install-db ended with ${installed.status}: ${installed.stderr}`);
  const port = await freePort();
  const place = [
    `--datadir=${data}`,
    `--socket=${join(folder, "s")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
  ];
  const child = spawn(server, ["--no-defaults", ...place, ...user, ...options], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const run = async (...statements: readonly string[]): Promise<void> => {
    const connection = await createConnection({ host: "127.0.0.1", port, user: "root" });
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  };
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(run);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, run, [Symbol.asyncDispose]: stop };
}

async function untilReady(run: Mariadb["run"]): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    try {
      return await run("select 1");
    } catch (error) {
      if (performance.now() - startedMs > startLimitMs) throw error;
      await sleep(200);
    }
  }
}
