import type { Queries } from "./pool.ts";

/** One thing that a person or a host did to a plugin, as it is kept. */
export interface NotedPluginDeed {
  readonly at: Date;
  readonly actor: string;
  /** `install`, `activate`, `deactivate`, `pin`, `unpin`, `shadow`, `unshadow`, `roll-back`, `take-back` or `uninstall`. */
  readonly deed: string;
  readonly version: string | null;
  /** The consumer that it was done for; null when it was done for all. */
  readonly consumerId: string | null;
  readonly reason: string | null;
}

/** What is written of one deed. */
export interface PluginDeedNote {
  readonly actor: string;
  readonly deed: string;
  readonly plugin: string;
  readonly version: string | null;
  readonly consumerId?: string | null;
  readonly reason: string | null;
}

const listedMax = 50;

/** Adds one line to the history, in the transaction of the change itself. */
export async function noteDeed(queries: Queries, note: PluginDeedNote): Promise<void> {
  await queries.query(
    `insert into cdc.plugin_deed (actor, deed, package, version, consumer_id, reason)
     values ($1, $2, $3, $4, $5, $6)`,
    [note.actor, note.deed, note.plugin, note.version, note.consumerId ?? null, note.reason],
  );
}

/** The newest 50 deeds on a plugin, the newest first. */
export async function readDeeds(queries: Queries, packageName: string): Promise<readonly NotedPluginDeed[]> {
  return queries.query<NotedPluginDeed & { readonly [column: string]: unknown }>(
    `select at, actor, deed, version, consumer_id as "consumerId", reason from cdc.plugin_deed
     where package = $1 order by id desc limit $2`,
    [packageName, listedMax],
  );
}
