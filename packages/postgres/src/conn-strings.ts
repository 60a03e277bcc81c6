import { type Code, GluttonyError } from "@gluttony/model";
import type { Pool } from "./pool.ts";
import { isEnvelope, type SecretBox, type SecretPlace } from "./secret-box.ts";
import { isReference, type ReferenceSources, resolveReference } from "./secret-reference.ts";

/** How a connection string is kept. */
export type ConnStringKind = "reference" | "envelope" | "clear";

const keepMarks = new Set(["(encrypted)", "(reference)", "(clear)"]);

/** Pure; the function `cdc.conn_string_mark` says the same in SQL. */
export function classifyConnString(value: string): ConnStringKind {
  if (isEnvelope(value)) return "envelope";
  return isReference(value) ? "reference" : "clear";
}

/** Whether a value is what lists show instead of one, sent back by somebody who did not mean to change it. */
export function isKeepMark(value: string | null): boolean {
  return value !== null && keepMarks.has(value);
}

/**
 * The form in which a value that comes in may rest: clear text becomes an envelope. Throws
 * `secret.master_key_missing` when it cannot.
 */
export function protect(value: string | null, consumerId: string, box: SecretBox | null): string | null {
  if (value === null || classifyConnString(value) !== "clear") return value;
  if (box === null) throw new GluttonyError("secret.master_key_missing", { column: "conn_string" });
  return box.sealText(value, connStringPlace(consumerId));
}

/** What is needed to read a secret. */
export interface SecretSources extends ReferenceSources {
  /** Null when GLUTTONY_MASTER_KEY is not set. */
  readonly box: SecretBox | null;
}

/** The connection string itself. The answer goes to the connector and nowhere else. */
export async function resolveConnString(
  value: string,
  consumerId: string,
  sources: SecretSources,
): Promise<string> {
  switch (classifyConnString(value)) {
    case "clear":
      return value;
    case "reference":
      return resolveReference(value, sources);
    case "envelope":
      if (sources.box === null)
        throw new GluttonyError("secret.master_key_missing", { column: "conn_string" });
      return sources.box.openText(value, connStringPlace(consumerId));
  }
}

/** A secret that rests in clear text because there is no master key. */
export interface SecretWarning {
  readonly code: Code;
  readonly consumerId: string;
  readonly consumer: string;
}

/** What became of the clear values that were found. */
export interface ProtectedConnStrings {
  /** Ids of the consumers whose value is now an envelope. */
  readonly encrypted: readonly string[];
  readonly warnings: readonly SecretWarning[];
}

/**
 * Encrypts every clear connection string in place. A second call finds nothing, so a host may call it after
 * every change; a row that somebody changes meanwhile is left for the next call. Without a box it only warns.
 */
export async function protectConnStrings(pool: Pool, box: SecretBox | null): Promise<ProtectedConnStrings> {
  const rows = await pool.query<{ id: string; name: string; value: string }>(
    `select id::text as id, coalesce(name, '') as name, conn_string as value from cdc.consumer
     where cdc.conn_string_mark(conn_string::text) = '(clear)' order by id::text`,
  );
  if (box === null) {
    const code = "secret.master_key_missing";
    return {
      encrypted: [],
      warnings: rows.map(({ id, name }) => ({ code, consumerId: id, consumer: name })),
    };
  }
  const encrypted: string[] = [];
  for (const row of rows) {
    if (await replaceClear(pool, row, box.sealText(row.value, connStringPlace(row.id))))
      encrypted.push(row.id);
  }
  return { encrypted, warnings: [] };
}

function replaceClear(
  pool: Pool,
  row: { readonly id: string; readonly value: string },
  envelope: string,
): Promise<boolean> {
  return pool.transaction(async (queries) => {
    await queries.query("select set_config('gluttony.actor', 'gluttony', true)");
    const moved = await queries.query(
      "update cdc.consumer set conn_string = $3 where id::text = $1 and conn_string = $2 returning id",
      [row.id, row.value, envelope],
    );
    return moved.length > 0;
  });
}

/** Where a consumer's connection string rests. */
export function connStringPlace(consumerId: string): SecretPlace {
  return { table: "cdc.consumer", column: "conn_string", row: consumerId };
}
