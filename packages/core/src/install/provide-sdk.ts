import { cp, mkdir, stat, writeFile } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { GluttonyError } from "@gluttony/model";
import { providedMark } from "../tree-hash.ts";

/**
 * Puts a copy of the host's SDK into a release that brings none. A copy, since a link would lead out of the
 * release's root, and two loaded copies are fine: a failure is known by its kind and a handler by its tag.
 */
export async function provideSdk(root: string): Promise<void> {
  const target = join(root, "node_modules", "@gluttony", "sdk");
  if ((await stat(target).catch(() => undefined)) !== undefined) return;
  const sdk = hostSdk();
  await mkdir(target, { recursive: true });
  await writeFile(join(target, providedMark), "Put here by the host at install.\n");
  await cp(join(sdk, "package.json"), join(target, "package.json"));
  await cp(join(sdk, "dist"), join(target, "dist"), { recursive: true, filter: isCode });
}

function hostSdk(): string {
  try {
    const url = moduleResolve(
      "@gluttony/sdk/package.json",
      new URL(import.meta.url),
      new Set(["node", "import"]),
    );
    return dirname(realpathSync(fileURLToPath(url)));
  } catch (cause) {
    throw new GluttonyError("plugin.dependency_missing", { dependency: "@gluttony/sdk" }, { cause });
  }
}

/** Folders and code; types and build records stay behind. */
function isCode(path: string): boolean {
  const name = basename(path);
  return !name.includes(".") || name.endsWith(".js");
}
