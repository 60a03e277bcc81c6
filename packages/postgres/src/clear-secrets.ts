import { protectConnStrings } from "./conn-strings.ts";
import { connectorPlace } from "./connector-registry.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";

/** What rests in clear text, by names that may be told. */
export interface ClearSecrets {
  readonly consumers: readonly string[];
  readonly connectors: readonly string[];
}

/** What became of connection strings in clear text. */
export interface SealedSecrets {
  /** Ids of the consumers whose value is now an envelope. */
  readonly consumers: readonly string[];
  readonly connectors: readonly string[];
  /** What still rests in clear text: everything there is where there is no master key. */
  readonly remaining: ClearSecrets;
}

const isClear = "cdc.conn_string_mark(conn_string::text) = '(clear)'";

/** Finds every connection string that rests in clear text. */
export async function findClearSecrets(queries: Queries): Promise<ClearSecrets> {
  const consumers = await queries.query<{ name: string }>(
    `select coalesce(name, id::text) as name from cdc.consumer where ${isClear} order by 1`,
  );
  const connectors = await queries.query<{ name: string }>(
    `select name from cdc.connector where ${isClear} order by 1`,
  );
  return { consumers: consumers.map(({ name }) => name), connectors: connectors.map(({ name }) => name) };
}

/** Seals every connection string that rests in clear text; any number of hosts may do so at once. */
export async function sealClearSecrets(pool: Pool, box: SecretBox | null): Promise<SealedSecrets> {
  const { encrypted } = await protectConnStrings(pool, box);
  const connectors = box === null ? [] : await sealConnectors(pool, box);
  return { consumers: encrypted, connectors, remaining: await findClearSecrets(pool) };
}

/** What a host without a master key remembered of connectors. */
async function sealConnectors(pool: Pool, box: SecretBox): Promise<readonly string[]> {
  const rows = await pool.query<{ name: string; value: string }>(
    `select name, conn_string as value from cdc.connector where ${isClear} order by name`,
  );
  const sealed: string[] = [];
  for (const { name, value } of rows) {
    const done = await pool.query(
      "update cdc.connector set conn_string = $3 where name = $1 and conn_string = $2 returning name",
      [name, value, box.sealText(value, connectorPlace(name))],
    );
    if (done.length > 0) sealed.push(name);
  }
  return sealed;
}
