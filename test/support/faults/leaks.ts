import type { Pool } from "@gluttony/postgres";
import type { TestHost } from "../host.ts";

/** Where a marker may be looked for. */
export interface SearchedPlaces {
  readonly pool: Pool;
  readonly hosts: readonly TestHost[];
  readonly consumer: string;
  /** What was already answered during the run. */
  readonly answers: readonly string[];
}

const pages = ["/metrics", "/api/v1/consumers", "/api/v1/dead-letters?limit=100", "/api/v1/hosts", "/readyz"];

/** Every place but the target where the marker is found: logs, answers of the API, metrics, columns of any table. */
export async function leaksOf(marker: string, places: SearchedPlaces): Promise<readonly string[]> {
  const { pool, hosts, consumer, answers } = places;
  const found = hosts.filter(({ log }) => log.includes(marker)).map(() => "a host's log");
  if (answers.some((answer) => answer.includes(marker))) found.push("the API's status");
  const paths = [...pages, `/api/v1/consumers/${consumer}`, `/api/v1/consumers/${consumer}/accounting`];
  const asked = hosts.find(({ isRunning }) => isRunning);
  for (const path of asked === undefined ? [] : paths) {
    const text = await fetch(`${asked?.url}${path}`).then((response) => response.text());
    if (text.includes(marker)) found.push(`GET ${path}`);
  }
  return [...found, ...(await tablesHolding(pool, marker))];
}

/** Tables of the schema in which any column of any row holds the text, as text or as bytes. */
async function tablesHolding(pool: Pool, text: string): Promise<readonly string[]> {
  const hex = Buffer.from(text).toString("hex");
  const tables = await pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'cdc'",
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const rows = await pool.query(
      `select from cdc."${name}" t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0 limit 1`,
      [text, hex],
    );
    if (rows.length > 0) holding.push(`table cdc.${name}`);
  }
  return holding;
}
