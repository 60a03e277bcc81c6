import { isAbsolute, relative, resolve } from "node:path";
import { removeTree } from "@gluttony/core";
import type { DeedOutcome, PluginActor } from "@gluttony/postgres";
import type { Settings } from "../parse-environment.ts";
import type { ReleaseReference } from "../release-reference.ts";
import { storeDirOf, type Stores } from "../stores.ts";

/**
 * Removes a release that nobody uses, and its files here. The row goes first: a crash between the two leaves files that nobody
 * names. Throws `plugin.*` with the users while somebody uses it.
 */
export async function uninstallRelease(
  wanted: ReleaseReference,
  by: PluginActor,
  {
    stores,
    settings,
  }: { readonly stores: Pick<Stores, "plugins" | "releases">; readonly settings: Settings },
): Promise<DeedOutcome> {
  const known = await stores.releases.list();
  const deed = { do: "uninstall", version: wanted.version } as const;
  const done = await stores.plugins.perform(wanted.package, deed, by);
  const gone = known.find((one) => one.package === wanted.package && one.version === wanted.version);
  if (gone !== undefined && isInside(gone.root, storeDirOf(settings))) await removeTree(gone.root);
  return done;
}

/** Only what lies in the store is ours to remove. */
function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
