import { applyChanges, firstPartyPackages, planDeed } from "@gluttony/core";
import type { PluginChange, PluginDeed, PluginStanding } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { removeUnnamedFiles } from "./plugin-files.ts";
import { type NotedPluginDeed, noteDeed, readDeeds } from "./plugin-history.ts";
import { lockPlugin, readStanding } from "./plugin-standing.ts";
import type { Pool, Queries } from "./pool.ts";
import { type HostReadinessRow, readReadiness } from "./readiness.ts";
import { trimmedReason } from "./reason.ts";
import { readShadowCounts, type ShadowCountRow } from "./shadow-counts.ts";

/** Who does something to a plugin, and why. */
export interface PluginActor {
  readonly actor: string;
  /** At most 500 characters; null when none was given. */
  readonly reason: string | null;
}

/** What a deed came to. */
export interface DeedOutcome {
  /** Empty when all was so already. */
  readonly changes: readonly PluginChange[];
  /** How the plugin stands now. */
  readonly standing: PluginStanding;
}

/** What people do to installed plugins, each in one transaction that every host hears of. */
export interface PluginDesk {
  /**
   * Does it or refuses. Throws GluttonyError: `plugin.*` with the reason of the refusal, `consumer.not_found`; then
   * nothing was changed.
   */
  perform(packageName: string, deed: PluginDeed, by: PluginActor): Promise<DeedOutcome>;
  standing(packageName: string): Promise<PluginStanding>;
  /** Names of the plugins of which a release is installed, sorted. */
  packages(): Promise<readonly string[]>;
  /** What every live host says of every release of a plugin, also those that have said nothing yet. */
  readiness(packageName: string): Promise<readonly HostReadinessRow[]>;
  /** How the plugin's shadows compare, the most frequent first. */
  shadowCounts(packageName: string): Promise<readonly ShadowCountRow[]>;
  /** The newest 50 deeds on a plugin, the newest first. */
  history(packageName: string): Promise<readonly NotedPluginDeed[]>;
}

export function createPluginDesk(pool: Pool): PluginDesk {
  return {
    perform: async (packageName, deed, { actor, reason }) => {
      refuseShipped(packageName);
      const why = reason === null ? "" : trimmedReason(reason, "plugin.reason_invalid");
      const by = { actor, reason: why === "" ? null : why };
      return pool.transaction(async (queries) => {
        await lockPlugin(queries, packageName);
        return performDeed(queries, { package: packageName, deed }, by);
      });
    },
    standing: (packageName) => pool.session((queries) => readStanding(queries, packageName)),
    packages: async () => {
      const rows = await pool.query<{ package: string }>(
        "select distinct package from cdc.plugin_release where not is_first_party order by package",
      );
      return rows.map((row) => row.package);
    },
    readiness: (packageName) => readReadiness(pool, packageName),
    shadowCounts: (packageName) => pool.session((queries) => readShadowCounts(queries, packageName)),
    history: (packageName) => readDeeds(pool, packageName),
  };
}

/** Plans a deed on what stands now, and writes what it changes. The caller has begun a transaction and locked the plugin. */
export async function performDeed(
  queries: Queries,
  { package: packageName, deed }: { readonly package: string; readonly deed: PluginDeed },
  { actor, reason }: PluginActor,
): Promise<DeedOutcome> {
  const standing = await readStanding(queries, packageName);
  const changes = planDeed(standing, deed);
  for (const change of changes) {
    await write(queries, packageName, { change, actor });
    const version = "version" in change ? change.version : null;
    const consumerId = "consumerId" in change ? change.consumerId : null;
    const name = deedName(deed, change);
    await noteDeed(queries, { actor, deed: name, plugin: packageName, version, consumerId, reason });
  }
  if (changes.length > 0) await tellHosts(queries, packageName);
  return { changes, standing: applyChanges(standing, changes) };
}

function deedName(deed: PluginDeed, change: PluginChange): string {
  if (deed.do === "roll-back" || deed.do === "take-back") return deed.do;
  return change.do === "remove" ? "uninstall" : change.do;
}

/** Hosts hear of it as of a consumer's change, once the transaction is committed. */
export async function tellHosts(queries: Queries, packageName: string): Promise<void> {
  await queries.query("select pg_notify('cdc_consumer', left('release:' || $1, 1000))", [packageName]);
}

async function write(
  queries: Queries,
  plugin: string,
  { change, actor }: { readonly change: PluginChange; readonly actor: string },
): Promise<void> {
  switch (change.do) {
    case "activate":
      await queries.query(
        `insert into cdc.plugin_activation as a (package, version, is_active, by, previous)
         values ($1, $2, true, $3, $4)
         on conflict (package, version) do update set is_active = true, by = excluded.by, at = now(),
           sequence = default, previous = excluded.previous`,
        [plugin, change.version, actor, change.previous],
      );
      return;
    case "deactivate":
      await queries.query(
        `update cdc.plugin_activation set is_active = false, by = $3, at = now()
         where package = $1 and version = $2`,
        [plugin, change.version, actor],
      );
      return;
    case "pin":
      await queries.query(
        `insert into cdc.plugin_pin as p (consumer_id, package, version, previous, by, instead_of)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (consumer_id, package) do update set version = excluded.version,
           previous = excluded.previous, by = excluded.by, instead_of = excluded.instead_of, at = now()`,
        [change.consumerId, plugin, change.version, change.previous, actor, change.insteadOf],
      );
      return;
    case "unpin":
      await queries.query("delete from cdc.plugin_pin where consumer_id = $1 and package = $2", [
        change.consumerId,
        plugin,
      ]);
      return;
    case "shadow":
      // Its counts begin anew: they are of the release that shadows now.
      await queries.query("delete from cdc.plugin_shadow where consumer_id = $1", [change.consumerId]);
      await queries.query(
        "insert into cdc.plugin_shadow (consumer_id, package, version, by) values ($1, $2, $3, $4)",
        [change.consumerId, plugin, change.version, actor],
      );
      return;
    case "unshadow":
      await queries.query("delete from cdc.plugin_shadow where consumer_id = $1 and package = $2", [
        change.consumerId,
        plugin,
      ]);
      return;
    case "remove":
      await queries.query("delete from cdc.plugin_release where package = $1 and version = $2", [
        plugin,
        change.version,
      ]);
      await removeUnnamedFiles(queries);
  }
}

function refuseShipped(packageName: string): void {
  const isShipped =
    Object.hasOwn(firstPartyPackages, packageName) || Object.values(firstPartyPackages).includes(packageName);
  if (isShipped) throw new GluttonyError("plugin.shipped", { plugin: packageName });
}
