import type { SecretUse } from "@gluttony/model";
import type { Queries } from "./pool.ts";

/** A use, and of which secret. */
export interface FoundUse extends SecretUse {
  readonly secret: string;
}

/** Finds the names that a text refers to. */
const named = String.raw`'\$\{secret:([^{}]+)\}'`;

/** Each place where `${secret:name}` may stand: what it belongs to, and the text that is looked through. */
const places: readonly string[] = [
  `select 'consumer' as kind, c.id::text as id, coalesce(c.name, '') as name,
     concat_ws(' ', c.conn_string, c.configuration::text) as text from cdc.consumer c`,
  `select 'connector', n.name, n.name, n.conn_string from cdc.connector n`,
  `select 'plugin', r.package || '@' || r.version, r.package || '@' || r.version, r.granted::text
   from cdc.plugin_release r`,
  `select 'alert_channel', a.id::text, a.name, concat_ws(' ', a.url, a.secret) from cdc.alert_channel a`,
];

/** Who refers to a secret, or to any with null: consumers, connectors, releases that were granted it, and channels of alerts. */
export function secretUses(queries: Queries, name: string | null): Promise<readonly FoundUse[]> {
  return queries.query<FoundUse & { readonly [column: string]: unknown }>(
    `select distinct found.match[1] as secret, place.kind, place.id, place.name
     from (${places.join(" union all ")}) place
     cross join lateral regexp_matches(place.text, ${named}, 'g') as found(match)
     where $1::text is null or found.match[1] = $1
     order by 1, 2, 4`,
    [name],
  );
}
