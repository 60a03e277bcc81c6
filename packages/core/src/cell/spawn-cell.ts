import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Release } from "@gluttony/model";
import { makeCellFolder } from "./cell-folder.ts";
import { fenceCommand, processFences } from "./process-fences.ts";

/** A process that was started, with the streams to it. */
export interface SpawnedCell {
  readonly child: ChildProcess;
  /** Frames, both ways, on the child's descriptor 3. */
  readonly channel: Duplex;
  readonly output: readonly Readable[];
  /** Kills the whole process group; harmless when it is gone. */
  kill(): void;
  /** Removes what belongs to the process; called after it ended. */
  clear(): Promise<void>;
}

/** Starts the bootstrap under every fence this machine has. It loads nothing until it is told to. */
export async function spawnCell(release: Release): Promise<SpawnedCell> {
  // Empty and private: a worker inside a fenced process may read the current folder whatever the flags say.
  const folder = await makeCellFolder();
  const [command = process.execPath, ...args] = [...fenceCommand(processFences()), ...nodeCommand(release)];
  const child = spawn(command, args, {
    cwd: folder,
    env: cellEnvironment(),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    shell: false,
    // A group of its own: a signal that the plugin sends to its group must not reach the host.
    detached: true,
  });
  const [, , , channel] = child.stdio;
  const { stdout, stderr } = child;
  if (!(channel instanceof Duplex) || stdout === null || stderr === null) {
    throw new Error("The process was started without its pipes.");
  }
  return {
    child,
    channel,
    output: [stdout, stderr],
    kill: () => killGroup(child),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

function nodeCommand(release: Release): readonly string[] {
  const bootstrap = bootstrapPath();
  const roots = new Set([...hostRoots(bootstrap), realpathSync(release.root), ...sdkRoots(release.root)]);
  return [
    process.execPath,
    ...permissionFlags([...roots]),
    "--disable-warning=ExperimentalWarning",
    "--disallow-code-generation-from-strings",
    "--no-addons",
    `--max-old-space-size=${release.manifest.limits.memoryMb}`,
    bootstrap,
  ];
}

/** Node's own fence: the child reads these folders, writes nothing, and starts no process, worker or addon. */
function permissionFlags(roots: readonly string[]): readonly string[] {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isStable = major > 23 || (major === 22 && minor >= 13) || (major === 23 && minor >= 5);
  const flag = isStable ? "--permission" : "--experimental-permission";
  // Granting a folder and its content by two flags aborts Node 20; the wildcard covers both.
  return [flag, ...roots.map((root) => `--allow-fs-read=${join(root, "*")}`)];
}

/** The built bootstrap, also while this file itself runs from its sources. */
function bootstrapPath(): string {
  const here = import.meta.url;
  const fromSources = here.endsWith(".ts");
  const url = fromSources ? new URL("../../dist/cell/bootstrap.js", here) : new URL("./bootstrap.js", here);
  return realpathSync(fileURLToPath(url));
}

/** The package that holds the bootstrap, and the SDK that it imports, by link and by real path. */
function hostRoots(bootstrap: string): readonly string[] {
  const packageRoot = dirname(dirname(dirname(bootstrap)));
  return [packageRoot, ...sdkRoots(packageRoot)];
}

/** Where `@gluttony/sdk` is found from a folder: every link on the way, and the folder it leads to. */
function sdkRoots(from: string): readonly string[] {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", "@gluttony", "sdk");
    if (existsSync(candidate)) return [candidate, realpathSync(candidate)];
    if (folder === dirname(folder)) return [];
  }
}

/** Nothing of the host's environment but what dates and texts need. */
function cellEnvironment(): { [name: string]: string } {
  const environment: { [name: string]: string } = { NODE_ENV: "production" };
  for (const name of ["TZ", "LANG"]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already, or was not made yet; the process itself remains to be ended.
    child.kill("SIGKILL");
  }
}
