import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { GluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import { readManifest } from "./read-manifest.ts";

/** The plugins that are shipped with the host. */
export interface FirstParty {
  /** The module from which they are resolved: it depends on them. */
  readonly from: URL;
  /** Alias to package name. */
  readonly packages: { readonly [alias: string]: string };
}

/** The aliases under which gluttony ships its own plugins. */
export const firstPartyPackages: FirstParty["packages"] = {
  empi: "@gluttony/empi",
  "cdss-trigger": "@gluttony/cdss-trigger",
  datasync: "@gluttony/datasync",
};

/** What stands for the tree hash of a plugin that came with the host's own files. */
const shipped = "shipped";

const conditions = new Set(["gluttony", "node", "import"]);

/** The release of a shipped plugin. Throws `plugin.not_installed` when this host was built without it. */
export async function firstPartyRelease(packageName: string, from: URL): Promise<Release> {
  const root = rootOf(packageName, from);
  const { name, version, manifest } = await readManifest(root);
  return {
    package: name,
    version,
    treeHash: shipped,
    root,
    manifest,
    isFirstParty: true,
    grantedNet: manifest.permissions.net,
  };
}

function rootOf(packageName: string, from: URL): string {
  try {
    return dirname(
      realpathSync(fileURLToPath(moduleResolve(`${packageName}/package.json`, from, conditions))),
    );
  } catch (cause) {
    throw new GluttonyError("plugin.not_installed", { plugin: packageName }, { cause });
  }
}
