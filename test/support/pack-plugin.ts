import { execFile } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packs a package as its author would; answers the file. Everything npm writes stays in `into`. */
export async function packPlugin(folder: string, into: string): Promise<string> {
  const place = await mkdtemp(join(into, "packed-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: into,
    npm_config_cache: join(into, "npm-cache"),
    npm_config_update_notifier: "false",
    npm_config_offline: "true",
  };
  const asked = ["pack", "--json", "--pack-destination", place];
  const { stdout } = await run("npm", asked, { cwd: folder, env });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error("npm packed nothing");
  return join(place, packed.filename);
}

/** Packs a copy of a package after a change to it. */
export async function packChanged(
  folder: string,
  into: string,
  change: (root: string) => Promise<void>,
): Promise<string> {
  const root = join(await mkdtemp(join(into, "copy-")), "package");
  await cp(folder, root, { recursive: true, filter: (path) => !path.includes("node_modules") });
  await change(root);
  return packPlugin(root, into);
}
