import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Releases } from "@gluttony/core";
import { GluttonyError, type Manifest, type Release } from "@gluttony/model";
import type { Pool, Queries } from "./pool.ts";

/** The plugin host's port, and what a person does to releases. */
export interface ReleaseStore extends Releases {
  /** Stops offering one release; its files and its record stay, so that activating it again needs no network. */
  deactivate(packageName: string, version: string, by: string): Promise<void>;
}

/** `storeDir` is this host's plugin store: the table holds paths relative to it. */
export function createReleases(pool: Pool, storeDir: string): ReleaseStore {
  const store = resolve(storeDir);
  return {
    active: async (packageName) => {
      const rows = await pool.query<ReleaseRow & { readonly [name: string]: unknown }>(
        `${selectRelease} where r.package = $1 and a.is_active order by a.sequence desc`,
        [packageName],
      );
      return rows.map((row) => toRelease(row, store));
    },
    list: async () => {
      const rows = await pool.query<ReleaseRow & { readonly [name: string]: unknown }>(
        `${selectRelease} order by r.package, a.sequence desc nulls last`,
      );
      return rows.map((row) => toRelease(row, store));
    },
    activate: (release, by) =>
      pool.transaction(async (queries) => {
        await record(queries, { release, rootName: rootNameOf(release, store), by });
        await setActive(queries, { release, isActive: true, by });
      }),
    deactivate: (packageName, version, by) =>
      pool.transaction((queries) =>
        setActive(queries, { release: { package: packageName, version }, isActive: false, by }),
      ),
  };
}

interface ReleaseRow {
  readonly package: string;
  readonly version: string;
  readonly treeHash: string;
  readonly rootName: string;
  readonly manifest: Manifest;
  readonly isFirstParty: boolean;
  readonly grantedNet: readonly string[];
}

const selectRelease = `
  select r.package, r.version, r.tree_hash as "treeHash", r.root_name as "rootName", r.manifest,
    r.is_first_party as "isFirstParty", r.granted -> 'net' as "grantedNet"
  from cdc.plugin_release r left join cdc.plugin_activation a using (package, version)`;

function toRelease(row: ReleaseRow, store: string): Release {
  const { rootName, ...release } = row;
  return { ...release, root: resolve(store, rootName) };
}

/** Releases that the program brings along lie outside of the store; only those keep their whole path. */
function rootNameOf(release: Release, store: string): string {
  const path = relative(store, release.root);
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? resolve(release.root) : path;
}

/** One name and version is one tree for ever; only what a person granted may change. */
async function record(
  queries: Queries,
  entry: { readonly release: Release; readonly rootName: string; readonly by: string },
): Promise<void> {
  const { release } = entry;
  const written = await queries.query(
    `insert into cdc.plugin_release as r (package, version, tree_hash, root_name, manifest, granted, is_first_party, by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (package, version) do update set granted = excluded.granted, root_name = excluded.root_name
     where r.tree_hash = excluded.tree_hash returning package`,
    [
      release.package,
      release.version,
      release.treeHash,
      entry.rootName,
      JSON.stringify(release.manifest),
      JSON.stringify({ net: release.grantedNet }),
      release.isFirstParty,
      entry.by,
    ],
  );
  if (written.length > 0) return;
  throw new GluttonyError("plugin.already_installed", { package: release.package, version: release.version });
}

/** Activating moves the release to the front only if it was not active; hosts hear it like a consumer's change. */
async function setActive(
  queries: Queries,
  change: {
    readonly release: Pick<Release, "package" | "version">;
    readonly isActive: boolean;
    readonly by: string;
  },
): Promise<void> {
  const { release, isActive, by } = change;
  if (isActive) {
    await queries.query(
      `insert into cdc.plugin_activation as a (package, version, is_active, by) values ($1, $2, true, $3)
       on conflict (package, version) do update set is_active = true, by = excluded.by, at = now(), sequence = default
       where not a.is_active`,
      [release.package, release.version, by],
    );
  } else {
    await queries.query(
      `update cdc.plugin_activation set is_active = false, by = $3, at = now()
       where package = $1 and version = $2 and is_active`,
      [release.package, release.version, by],
    );
  }
  await queries.query("select pg_notify('cdc_consumer', left('release:' || $1, 1000))", [release.package]);
}
