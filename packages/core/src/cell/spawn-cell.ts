import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { chown, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { GluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import { releaseFacts } from "./cell-plan.ts";
import { makeCellFolder } from "./cell-folder.ts";
import type { CellMachine, CellNode } from "./cell-machine.ts";
import { unreadableFor } from "./cell-user.ts";
import type { CellUser } from "./cell-user.ts";
import { fenceCommand } from "./process-fences.ts";

/** A process that was started, with the streams to it. */
export interface SpawnedCell {
  readonly child: ChildProcess;
  /** What keeps the cell from running as a user of its own; null when nothing does. */
  readonly unreadable: string | null;
  /** Frames, both ways, on the child's descriptor 3. */
  readonly channel: Duplex;
  readonly output: readonly Readable[];
  /** Kills the whole process group; harmless when it is gone. */
  kill(): void;
  /** Removes what belongs to the process; called after it ended. */
  clear(): Promise<void>;
}

/**
 * Starts the bootstrap under every fence this machine has. It loads nothing until it is told to. Throws
 * `plugin.isolation_unavailable` when the plugin asks for a user of its own and its files cannot be read by one.
 */
export async function spawnCell(release: Release, { node, fences, user }: CellMachine): Promise<SpawnedCell> {
  const roots = readRoots(release);
  const unreadable = user === null ? null : unreadableFor(user, [node.path, ...roots]);
  if (unreadable !== null && release.manifest.isolation === "user") {
    throw new GluttonyError("plugin.isolation_unavailable", { ...releaseFacts(release), unreadable });
  }
  const own = unreadable === null ? user : null;
  const folder = await cellFolderOf(own);
  const inner = nodeCommand(release, { node, roots });
  const [command = node.path, ...args] = [...fenceCommand(fences, own), ...inner];
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
    unreadable,
    channel,
    output: [stdout, stderr],
    kill: () => killGroup(child),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * The first folder or file that keeps this machine's cells from running as a user of their own: among what every cell
 * reads, and the paths given. Null when there is none, or no such user.
 */
export function unreadableForCells({ node, user }: CellMachine, paths: readonly string[]): string | null {
  return user === null ? null : unreadableFor(user, [node.path, ...hostRoots(bootstrapPath()), ...paths]);
}

/** Empty and private: a worker inside a fenced process may read the current folder whatever the flags say. */
async function cellFolderOf(user: CellUser | null): Promise<string> {
  const folder = await makeCellFolder();
  if (user !== null) await chown(folder, user.uid, user.gid);
  return folder;
}

/** The folders that a cell reads: the host's program and SDK, and the release. */
function readRoots(release: Release): readonly string[] {
  const roots = [...hostRoots(bootstrapPath()), realpathSync(release.root), ...sdkRoots(release.root)];
  return [...new Set(roots)];
}

function nodeCommand(
  release: Release,
  { node, roots }: { readonly node: CellNode; readonly roots: readonly string[] },
): readonly string[] {
  return [
    node.path,
    ...permissionFlags(roots, node.version),
    "--disable-warning=ExperimentalWarning",
    "--disallow-code-generation-from-strings",
    "--no-addons",
    `--max-old-space-size=${release.manifest.limits.memoryMb}`,
    bootstrapPath(),
  ];
}

/** Node's own fence: the child reads these folders, writes nothing, and starts no process, worker or addon. */
function permissionFlags(roots: readonly string[], version: string): readonly string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
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
