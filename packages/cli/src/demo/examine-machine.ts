import { mkdir, statfs } from "node:fs/promises";
import { GluttonyError } from "@gluttony/model";
import { checkDisk, isRoot, makeFolder } from "../local-stack/folders.ts";
import { findJava } from "../local-stack/java.ts";
import { areJarsCached } from "../local-stack/jars.ts";
import { checkMaven } from "../local-stack/maven.ts";

/** The oldest Node that the program runs on. */
const NODE_MIN = { major: 20, minor: 19 } as const;

/** Looks for everything the demo needs before anything is started; the first thing missing is the error. */
export async function examineMachine(folder: string): Promise<string> {
  checkNode(process.versions.node);
  const java = await findJava();
  const maven = (await areJarsCached()) ? "jars cached" : await checkMaven();
  await makeFolder(folder);
  await checkDisk(folder);
  if (isRoot()) await mkdir(folder, { recursive: true, mode: 0o711 });
  const disk = await statfs(folder);
  const free = `${((disk.bavail * disk.bsize) / 1024 ** 3).toFixed(1)} GB free`;
  return [`Node ${process.versions.node}`, `Java ${java.version}`, maven, free].join(" · ");
}

/** Refuses a Node that is too old. */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NODE_MIN.major || (major === NODE_MIN.major && minor >= NODE_MIN.minor)) return;
  const needed = `${NODE_MIN.major}.${NODE_MIN.minor}`;
  throw new GluttonyError("environment.unsupported", { node: version, needed });
}
