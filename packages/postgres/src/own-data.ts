import { type ApiToken, GluttonyError, type Language } from "@gluttony/model";
import { lockAccount } from "./accounts.ts";
import { tokenColumns, type TokenDraft } from "./api-tokens.ts";
import { asActor } from "./as-actor.ts";
import type { Pool, Queries } from "./pool.ts";
import { settingsNow } from "./runtime-settings.ts";

/** What people say of themselves; null where they say nothing. */
export interface OwnWords {
  readonly displayName: string | null;
  readonly language: Language | null;
  /** As the IANA database calls it. */
  readonly timeZone: string | null;
}

/** A person's account as they see it themselves. */
export interface OwnProfile extends OwnWords {
  readonly name: string;
  readonly hasPassword: boolean;
  readonly isFromProvider: boolean;
  readonly revision: bigint;
}

/** One place where a person is signed in. */
export interface OwnSession {
  readonly id: string;
  readonly createdAt: Date;
  /** Exact to a minute. */
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly client: string | null;
  readonly isCurrent: boolean;
}

/** What belongs to one person: nothing here reaches anybody else's. */
export interface OwnData {
  profile(userId: string): Promise<OwnProfile | null>;
  /** Throws `user.not_found`, `user.stale_revision`. */
  change(
    userId: string,
    words: Partial<OwnWords>,
    seen: { readonly actor: string; readonly revision: bigint },
  ): Promise<OwnProfile>;
  /** Newest first; without those that have run out. `current` is the hash of the session that asks, if one does. */
  sessions(userId: string, current: Buffer | null): Promise<readonly OwnSession[]>;
  /** Throws `session.not_found`. */
  endSession(userId: string, id: string): Promise<void>;
  /** Ends all but one. Answers how many. */
  endOtherSessions(userId: string, current: Buffer | null): Promise<number>;
  /** Newest first. */
  tokens(userId: string): Promise<readonly ApiToken[]>;
  /** Throws `token.too_many`. */
  createToken(userId: string, draft: TokenDraft, actor: string): Promise<ApiToken>;
  /** Throws `token.not_found`. */
  revokeToken(userId: string, id: string, actor: string): Promise<ApiToken>;
}

export function createOwnData(pool: Pool): OwnData {
  return {
    profile: async (userId) => (await pool.query<ProfileRow>(selectProfile, [userId]))[0] ?? null,
    change: (userId, words, seen) => change(pool, { userId, words }, seen),
    sessions: (userId, current) =>
      pool.query<SessionRow>(
        `select id::text as id, created_at as "createdAt", seen_at as "seenAt", expires_at as "expiresAt",
           address, client, coalesce(token_hash = $2, false) as "isCurrent"
         from cdc.session where user_id = $1 and expires_at > now() order by created_at desc, id`,
        [userId, current],
      ),
    endSession: async (userId, id) => {
      const ended = await pool.query(
        "delete from cdc.session where user_id = $1 and id::text = $2 returning 1 as one",
        [userId, id],
      );
      if (ended.length === 0) throw new GluttonyError("session.not_found");
    },
    endOtherSessions: async (userId, current) => {
      const ended = await pool.query(
        `delete from cdc.session where user_id = $1 and token_hash is distinct from $2 returning 1 as one`,
        [userId, current],
      );
      return ended.length;
    },
    tokens: (userId) =>
      pool.query<TokenRow>(
        `select ${tokenColumns} from cdc.api_token where user_id = $1 order by created_at desc, id`,
        [userId],
      ),
    createToken: (userId, draft, actor) =>
      asActor(pool, actor, (queries) => createToken(queries, { userId, draft, actor })),
    revokeToken: (userId, id, actor) =>
      asActor(pool, actor, async (queries) => {
        const [row] = await queries.query<TokenRow>(
          `update cdc.api_token set revoked_at = coalesce(revoked_at, now())
           where user_id = $1 and id::text = $2 returning ${tokenColumns}`,
          [userId, id],
        );
        if (row === undefined) throw new GluttonyError("token.not_found", { token: id });
        return row;
      }),
  };
}

type ProfileRow = OwnProfile & { readonly [column: string]: unknown };
type SessionRow = OwnSession & { readonly [column: string]: unknown };
type TokenRow = ApiToken & { readonly [column: string]: unknown };

const selectProfile = `select name, display_name as "displayName", language, time_zone as "timeZone",
  password is not null as "hasPassword", subject is not null as "isFromProvider", revision
  from cdc.user_account where id = $1`;

function change(
  pool: Pool,
  { userId, words }: { readonly userId: string; readonly words: Partial<OwnWords> },
  { actor, revision }: { readonly actor: string; readonly revision: bigint },
): Promise<OwnProfile> {
  return asActor(pool, actor, async (queries) => {
    await lockAccount(queries, userId, revision);
    const [before] = await queries.query<ProfileRow>(selectProfile, [userId]);
    const { displayName = null, language = null, timeZone = null } = { ...before, ...words };
    await queries.query(
      `update cdc.user_account set display_name = $2, language = $3, time_zone = $4, revision = revision + 1
       where id = $1`,
      [userId, displayName, language, timeZone],
    );
    const [after] = await queries.query<ProfileRow>(selectProfile, [userId]);
    if (after === undefined) throw new GluttonyError("user.not_found", { user: userId });
    return after;
  });
}

async function createToken(
  queries: Queries,
  { userId, draft, actor }: { readonly userId: string; readonly draft: TokenDraft; readonly actor: string },
): Promise<ApiToken> {
  const { "ownToken.perPersonMax": tokensMax } = await settingsNow(queries);
  // Locked, so that two requests at once do not both find room for one.
  await queries.query("select 1 as one from cdc.user_account where id = $1 for update", [userId]);
  const [made] = await queries.query<TokenRow>(
    `insert into cdc.api_token (name, shown, token_hash, grants, created_by, expires_at, user_id)
     select $1, $2, $3, $4, $5, $6, $7
     where (select count(*) from cdc.api_token
       where user_id = $7 and revoked_at is null and expires_at > now()) < $8
     returning ${tokenColumns}`,
    [
      draft.name,
      draft.shown,
      draft.tokenHash,
      JSON.stringify(draft.grants),
      actor,
      draft.expiresAt,
      userId,
      tokensMax,
    ],
  );
  if (made === undefined) throw new GluttonyError("token.too_many", { tokens: tokensMax });
  return made;
}
