import { resolve } from "node:path";
import type { Releases } from "@gluttony/core";
import { performDeed, tellHosts } from "./plugin-deeds.ts";
import { keepFile, readKeptFile, removeUnnamedFiles } from "./plugin-files.ts";
import { noteDeed } from "./plugin-history.ts";
import { lockPlugin, readStanding } from "./plugin-standing.ts";
import type { Pool } from "./pool.ts";
import { type ReleaseRow, selectRelease, toRelease, writeRelease } from "./release-row.ts";

/** The plugin host's port. `storeDir` is this host's plugin store: the table holds paths relative to it. */
export function createReleases(pool: Pool, storeDir: string): Releases {
  const store = resolve(storeDir);
  return {
    active: async (packageName) => {
      const rows = await pool.query<ReleaseRow>(
        `${selectRelease} where r.package = $1 and a.is_active order by a.sequence desc`,
        [packageName],
      );
      return rows.map((row) => toRelease(row, store));
    },
    pinned: async (packageName, consumerId) => {
      const pinned = await pool.query<ReleaseRow & { readonly insteadOf: string | null }>(
        `select one.*, p.instead_of as "insteadOf" from (${selectRelease}) one
         join cdc.plugin_pin p using (package, version) where p.package = $1 and p.consumer_id = $2`,
        [packageName, consumerId],
      );
      const [row] = pinned;
      return row === undefined ? null : { release: toRelease(row, store), insteadOf: row.insteadOf };
    },
    shadowing: async (packageName, consumerId) => {
      const [row] = await pool.query<ReleaseRow>(
        `${selectRelease} join cdc.plugin_shadow s using (package, version) where s.package = $1 and s.consumer_id = $2`,
        [packageName, consumerId],
      );
      return row === undefined ? null : toRelease(row, store);
    },
    list: async () => {
      const rows = await pool.query<ReleaseRow>(
        `${selectRelease} order by r.package, a.sequence desc nulls last`,
      );
      return rows.map((row) => toRelease(row, store));
    },
    install: (release, { by, reason, file, integrity, verification, activates }) =>
      pool.transaction(async (queries) => {
        const { package: plugin, version } = release;
        await lockPlugin(queries, plugin);
        const before = await readStanding(queries, plugin);
        await writeRelease(queries, release, { store, integrity, verification, by });
        await keepFile(queries, file, integrity);
        await removeUnnamedFiles(queries);
        const isNew = !before.releases.some((one) => one.version === version);
        if (isNew) await noteDeed(queries, { actor: by, deed: "install", plugin, version, reason });
        // Also when only what is granted changed: consumers may wait for that.
        await tellHosts(queries, plugin);
        if (!activates) return;
        const deed = { do: "activate", version } as const;
        await performDeed(queries, { package: plugin, deed }, { actor: by, reason });
      }),
    file: (packageName, version) => readKeptFile(pool, packageName, version),
  };
}
