import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import { GluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { HandlerEntry } from "./cell/messages.ts";

const conditions = new Set(["gluttony", "node", "import"]);

/**
 * The files of a release's handlers. The package resolves itself from its own real folder, and what comes out
 * must be a file inside of it: the resolver would follow `exports` anywhere, and its cache must never see a
 * folder that changes.
 */
export function handlerEntries(release: Release): readonly HandlerEntry[] {
  const root = realpathSync(release.root);
  return release.manifest.handlers.map((handler) => ({
    name: handler.name,
    url: entryUrl(release, { root, entry: handler.entry }),
    export: handler.export,
    ...(handler.batch === undefined ? {} : { batch: handler.batch }),
  }));
}

function entryUrl(release: Release, { root, entry }: { root: string; entry: string }): string {
  const facts = { plugin: release.package, version: release.version, entry };
  try {
    const specifier = entry === "." ? release.package : `${release.package}${entry.slice(1)}`;
    const url = moduleResolve(specifier, pathToFileURL(`${root}${sep}package.json`), conditions);
    if (url.protocol === "file:" && realpathSync(fileURLToPath(url)).startsWith(root + sep)) return url.href;
  } catch (cause) {
    throw new GluttonyError("plugin.entry_missing", facts, { cause });
  }
  throw new GluttonyError("plugin.entry_missing", {
    ...facts,
    seen: "The entry lies outside of the release.",
  });
}
