import type { StoredPlugin } from "@gluttony/model";
import type { Queries } from "./pool.ts";

interface Row {
  readonly [column: string]: unknown;
  readonly package: string;
  readonly installed: readonly string[];
  readonly active: readonly string[] | null;
  readonly pins: StoredPlugin["pins"] | null;
}

/** Every installed plugin with what was decided on its releases. Shipped ones are not among them. */
export async function readStoredPlugins(queries: Queries): Promise<readonly StoredPlugin[]> {
  const rows = await queries.query<Row>(
    `select r.package, array_agg(r.version order by r.version) as installed,
       array_agg(r.version order by r.version) filter (where a.is_active) as active,
       (select jsonb_agg(jsonb_build_object('consumerId', p.consumer_id, 'version', p.version) order by p.consumer_id)
        from cdc.plugin_pin p where p.package = r.package) as pins
     from cdc.plugin_release r left join cdc.plugin_activation a using (package, version)
     where not r.is_first_party group by r.package order by r.package`,
  );
  return rows.map(({ package: name, installed, active, pins }) => ({
    package: name,
    installed,
    active: active ?? [],
    pins: pins ?? [],
  }));
}
