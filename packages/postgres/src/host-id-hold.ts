import { toDatabaseError } from "./errors.ts";
import type { Pool } from "./pool.ts";

/** An id that this process holds. */
export interface HostIdHold extends AsyncDisposable {
  readonly hostId: string;
}

/**
 * Takes an id for this process, for as long as its connection lives; null when another process holds it. The database
 * frees the id the moment its holder dies, so a host that starts again at once gets it back.
 */
export async function holdHostId(pool: Pool, hostId: string): Promise<HostIdHold | null> {
  const client = pool.dedicated();
  // The id is free then; a host that lives on under it keeps it as long as nobody else asks.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ isTaken: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('gluttony host ' || $1, 0)) as "isTaken"`,
      [hostId],
    );
    if (rows[0]?.isTaken === true) return { hostId, [Symbol.asyncDispose]: () => client.end() };
    await client.end();
    return null;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw toDatabaseError(error);
  }
}
