import { firstPartyPackages, parseHandlerFunc } from "@gluttony/core";
import type { ConsumerUse, HandlerRef, PluginStanding, ReleaseStanding } from "@gluttony/core";
import type { Queries } from "./pool.ts";

interface ConsumerColumns {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly name: string;
  readonly handlerFunc: string;
  readonly pinVersion: string | null;
  readonly pinPrevious: string | null;
  readonly pinInsteadOf: string | null;
  readonly shadow: string | null;
}

/** Only one change of a plugin at a time, until the transaction ends. */
export async function lockPlugin(queries: Queries, packageName: string): Promise<void> {
  await queries.query("select pg_advisory_xact_lock(hashtextextended('gluttony plugin ' || $1, 0))", [
    packageName,
  ]);
}

/** How a plugin stands: its releases, the newest activation first, and every consumer there is. */
export async function readStanding(queries: Queries, packageName: string): Promise<PluginStanding> {
  const releases = await queries.query<ReleaseStanding & { readonly [column: string]: unknown }>(
    `select version, r.verification, coalesce(a.is_active, false) as "isActive", a.sequence, a.previous
     from cdc.plugin_release r left join cdc.plugin_activation a using (package, version)
     where package = $1 order by a.sequence desc nulls last, version`,
    [packageName],
  );
  const consumers = await queries.query<ConsumerColumns>(
    `select c.id::text as id, c.name, c.handler_func as "handlerFunc", p.version as "pinVersion",
       p.previous as "pinPrevious", p.instead_of as "pinInsteadOf", s.version as shadow
     from cdc.consumer c left join cdc.plugin_pin p on p.consumer_id = c.id::text and p.package = $1
       left join cdc.plugin_shadow s on s.consumer_id = c.id::text and s.package = $1
     order by c.name, c.id::text`,
    [packageName],
  );
  return { package: packageName, releases, consumers: consumers.map(toUse) };
}

function toUse({ id, name, handlerFunc, shadow, ...row }: ConsumerColumns): ConsumerUse {
  const { pinVersion: version, pinPrevious: previous, pinInsteadOf: insteadOf } = row;
  const pin = version === null ? null : { version, previous, insteadOf };
  return { id, name, ref: refOf(handlerFunc), pin, shadow };
}

function refOf(handlerFunc: string): HandlerRef | null {
  const parsed = parseHandlerFunc(handlerFunc, { builtins: Object.keys(firstPartyPackages) });
  return "ref" in parsed ? parsed.ref : null;
}
