import { resolve } from "node:path";
import type { ReadinessBook } from "@gluttony/core";
import type { Pool } from "./pool.ts";
import { type ReleaseRow, selectRelease, toRelease } from "./release-row.ts";

/** Seconds without a sign of life after which a host does not count. */
const silentSeconds = 20;
/** Seconds until a release that was not ready is tried again. */
const againSeconds = 30;
const messageCharactersMax = 1_000;

/** What one live host says of one release. */
export interface HostReadinessRow {
  readonly hostId: string;
  readonly version: string;
  /** Null when it has said nothing yet. */
  readonly isReady: boolean | null;
  /** Why it is not; null when it is, or has said nothing. */
  readonly code: string | null;
  readonly message: string | null;
  readonly at: Date | null;
}

/** The reports of one host. `storeDir` is its plugin store. */
export function createReadinessBook(
  pool: Pool,
  { hostId, storeDir }: { readonly hostId: string; readonly storeDir: string },
): ReadinessBook {
  const store = resolve(storeDir);
  return {
    pending: async () => {
      const rows = await pool.query<ReleaseRow>(
        `${selectRelease}
         where not r.is_first_party and (a.is_active or exists (
           select from cdc.plugin_pin p where p.package = r.package and p.version = r.version))
         and not exists (
           select from cdc.plugin_readiness y
           where y.host_id = $1 and y.package = r.package and y.version = r.version and y.tree_hash = r.tree_hash
             and (y.is_ready or y.at > now() - make_interval(secs => $2)))
         order by a.sequence desc nulls last`,
        [hostId, againSeconds],
      );
      return rows.map((row) => toRelease(row, store));
    },
    // The release may have been uninstalled meanwhile; then there is nothing to say.
    report: async (release, report) => {
      const { code, message } = report.isReady ? { code: null, message: null } : report;
      await pool.query(
        `insert into cdc.plugin_readiness as y (host_id, package, version, tree_hash, is_ready, code, message)
         select $1, r.package, r.version, r.tree_hash, $5, $6, $7 from cdc.plugin_release r
         where r.package = $2 and r.version = $3 and r.tree_hash = $4
         on conflict (host_id, package, version) do update set tree_hash = excluded.tree_hash,
           is_ready = excluded.is_ready, code = excluded.code, message = excluded.message, at = now()`,
        [
          hostId,
          release.package,
          release.version,
          release.treeHash,
          report.isReady,
          code,
          message?.slice(0, messageCharactersMax) ?? null,
        ],
      );
    },
    forget: async () => {
      await pool.query("delete from cdc.plugin_readiness where host_id = $1", [hostId]);
    },
  };
}

/** What every live host says of every release of a plugin, also those that have said nothing yet. */
export function readReadiness(pool: Pool, packageName: string): Promise<readonly HostReadinessRow[]> {
  return pool.query<HostReadinessRow & { readonly [column: string]: unknown }>(
    `select h.host_id as "hostId", r.version, y.is_ready as "isReady", y.code, y.message, y.at
     from cdc.host h cross join cdc.plugin_release r
     left join cdc.plugin_readiness y
       on y.host_id = h.host_id and y.package = r.package and y.version = r.version and y.tree_hash = r.tree_hash
     where r.package = $1 and h.seen_at > now() - make_interval(secs => $2)
     order by r.version, h.host_id`,
    [packageName, silentSeconds],
  );
}
