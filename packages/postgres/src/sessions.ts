import type { Grant, Language } from "@gluttony/model";
import type { Pool } from "./pool.ts";
import { requestFactsNow } from "./request-facts.ts";
import { decidedSql } from "./runtime-settings.ts";

/** Milliseconds of a session at most, and of one that nobody uses, where nobody decided otherwise. */
export interface SessionTimes {
  readonly lifetimeMs: number;
  readonly idleMs: number;
}

/** A person who is signed in. */
export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  /** In which they want to be answered; null where they did not say. */
  readonly language: Language | null;
  readonly expiresAt: Date;
}

/** Sessions of people, each found by the hash of its secret. */
export interface Sessions {
  begin(tokenHash: Buffer, userId: string): Promise<{ readonly expiresAt: Date }>;
  /** Null when there is none, it has run out or nobody used it for too long, or its account is disabled. */
  find(tokenHash: Buffer): Promise<SignedIn | null>;
  end(tokenHash: Buffer): Promise<void>;
}

const standard: SessionTimes = { lifetimeMs: 12 * 3_600_000, idleMs: 30 * 60_000 };
/** Milliseconds after which a use is written again, so that reading writes seldom. */
const seenStepMs = 60_000;

const minuteMs = 60_000;
/** Milliseconds as they are decided, else the parameter. */
const lifetimeSql = (parameter: string): string =>
  `coalesce(${decidedSql("session.lifetimeMinutes")} * ${minuteMs}, ${parameter}::float8) * interval '1 millisecond'`;
const idleSql = (parameter: string): string =>
  `coalesce(${decidedSql("session.idleMinutes")} * ${minuteMs}, ${parameter}::float8) * interval '1 millisecond'`;

export function createSessions(pool: Pool, times: Partial<SessionTimes> = {}): Sessions {
  const { lifetimeMs, idleMs } = { ...standard, ...times };
  return {
    begin: async (tokenHash, userId) => {
      const facts = requestFactsNow();
      await pool.query("delete from cdc.session where expires_at < now()");
      const [row] = await pool.query<{ expiresAt: Date }>(
        `insert into cdc.session (token_hash, user_id, expires_at, address, client)
         values ($1, $2, now() + ${lifetimeSql("$3")}, $4, $5) returning expires_at as "expiresAt"`,
        [tokenHash, userId, lifetimeMs, facts?.address ?? null, facts?.client ?? null],
      );
      return { expiresAt: row?.expiresAt ?? new Date(0) };
    },
    find: async (tokenHash) => {
      const [row] = await pool.query<SignedIn & { isStale: boolean; [name: string]: unknown }>(
        `select u.id::text as "userId", u.name, u.grants, u.language, s.expires_at as "expiresAt",
           s.seen_at < now() - $3 * interval '1 millisecond' as "isStale"
         from cdc.session s join cdc.user_account u on u.id = s.user_id
         where s.token_hash = $1 and s.expires_at > now() and not u.is_disabled
           and s.seen_at > now() - ${idleSql("$2")} and s.created_at > now() - ${lifetimeSql("$4")}`,
        [tokenHash, idleMs, seenStepMs, lifetimeMs],
      );
      if (row === undefined) return null;
      if (row.isStale)
        await pool.query("update cdc.session set seen_at = now() where token_hash = $1", [tokenHash]);
      const { userId, name, grants, language, expiresAt } = row;
      return { userId, name, grants, language, expiresAt };
    },
    end: async (tokenHash) => {
      await pool.query("delete from cdc.session where token_hash = $1", [tokenHash]);
    },
  };
}
