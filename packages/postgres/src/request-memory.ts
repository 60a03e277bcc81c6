import type { Pool } from "./pool.ts";

/** An answer as it was sent. */
export interface RememberedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What is known of a request that carries a key. */
export type KnownRequest =
  | { readonly state: "new" }
  | { readonly state: "at work" }
  /** The key stands for another request. */
  | { readonly state: "other" }
  | { readonly state: "answered"; readonly answer: RememberedAnswer };

/** Answers of requests that carried an Idempotency-Key, for a day. */
export interface RequestMemory {
  /** Claims the key for one request, or says what became of the one that has it. */
  begin(keyHash: Buffer, fingerprint: Buffer): Promise<KnownRequest>;
  finish(keyHash: Buffer, answer: RememberedAnswer): Promise<void>;
  /** Frees the key: nothing was done, and the request may come again. */
  forget(keyHash: Buffer): Promise<void>;
}

/** Milliseconds after which a request that never answered may be done again: longer than any lives. */
const abandonedMs = 120_000;
/** Hours in which an answer is given again. */
export const keptHours = 24;

export function createRequestMemory(pool: Pool): RequestMemory {
  return {
    begin: (keyHash, fingerprint) => begin(pool, keyHash, fingerprint),
    finish: async (keyHash, { status, headers, body }) => {
      await pool.query(
        "update cdc.request_memory set status = $2, headers = $3, body = $4 where key_hash = $1",
        [keyHash, status, JSON.stringify(headers), body],
      );
    },
    forget: async (keyHash) => {
      await pool.query("delete from cdc.request_memory where key_hash = $1 and status is null", [keyHash]);
    },
  };
}

interface MemoryRow {
  readonly isSame: boolean;
  readonly status: number | null;
  readonly headers: RememberedAnswer["headers"] | null;
  readonly body: string | null;
  readonly [name: string]: unknown;
}

async function begin(pool: Pool, keyHash: Buffer, fingerprint: Buffer): Promise<KnownRequest> {
  const claimed = await pool.query(
    `insert into cdc.request_memory as m (key_hash, fingerprint) values ($1, $2)
     on conflict (key_hash) do update set fingerprint = excluded.fingerprint, at = now(), status = null,
       headers = null, body = null
     where m.at < now() - $3 * interval '1 hour'
       or (m.status is null and m.at < now() - $4 * interval '1 millisecond')
     returning 1`,
    [keyHash, fingerprint, keptHours, abandonedMs],
  );
  if (claimed.length > 0) return { state: "new" };
  const [row] = await pool.query<MemoryRow>(
    `select fingerprint = $2 as "isSame", status, headers, body from cdc.request_memory where key_hash = $1`,
    [keyHash, fingerprint],
  );
  // Freed between the two statements: whoever had it did nothing.
  if (row === undefined) return begin(pool, keyHash, fingerprint);
  if (!row.isSame) return { state: "other" };
  if (row.status === null || row.body === null) return { state: "at work" };
  return { state: "answered", answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
}
