import { GluttonyError } from "@gluttony/model";
import type { Pool } from "./pool.ts";

/** Sign-ins through the identity provider that were begun, found by the hash of their state. */
export interface SignInAttempts {
  /** Throws `request.too_many` when more wait than people could have begun. */
  begin(stateHash: Buffer, attempt: { readonly returnTo: string; readonly validMs: number }): Promise<void>;
  /** Uses it up, on whichever host; null when there is none, it is used, or it has run out. */
  use(stateHash: Buffer): Promise<{ readonly returnTo: string } | null>;
}

/** Attempts that wait at once; anybody may begin one. */
const attemptsMax = 10_000;

export function createSignInAttempts(pool: Pool, waitingMax: number = attemptsMax): SignInAttempts {
  return {
    begin: async (stateHash, { returnTo, validMs }) => {
      await pool.query("delete from cdc.sign_in_attempt where expires_at < now()");
      const begun = await pool.query(
        `insert into cdc.sign_in_attempt (state_hash, return_to, expires_at)
         select $1, $2, now() + $3 * interval '1 millisecond'
         where (select count(*) from cdc.sign_in_attempt) < $4 returning 1 as one`,
        [stateHash, returnTo, validMs, waitingMax],
      );
      if (begun.length === 0) throw new GluttonyError("request.too_many");
    },
    use: async (stateHash) => {
      const [row] = await pool.query<{ returnTo: string; isFresh: boolean }>(
        `delete from cdc.sign_in_attempt where state_hash = $1
         returning return_to as "returnTo", expires_at > now() as "isFresh"`,
        [stateHash],
      );
      return row?.isFresh === true ? { returnTo: row.returnTo } : null;
    },
  };
}
