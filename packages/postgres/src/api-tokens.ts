import { type ApiToken, type Grant, GluttonyError } from "@gluttony/model";
import { asActor } from "./as-actor.ts";
import type { Pool } from "./pool.ts";

/** A token to be made. */
export interface TokenDraft {
  readonly name: string;
  readonly shown: string;
  readonly tokenHash: Buffer;
  readonly grants: readonly Grant[];
  readonly expiresAt: Date;
}

/** Tokens of programs. */
export interface ApiTokens {
  /** Newest first. */
  list(): Promise<readonly ApiToken[]>;
  create(draft: TokenDraft, actor: string): Promise<ApiToken>;
  /** From then on it opens nothing, on every host. Throws `token.not_found`. */
  revoke(id: string, actor: string): Promise<ApiToken>;
  /** Null when there is none, or it was revoked or has run out. */
  find(tokenHash: Buffer): Promise<FoundToken | null>;
}

/** A token that opens something, and whose it is. */
export interface FoundToken extends ApiToken {
  /** Null for a program's, which no person's account limits. */
  readonly owner: { readonly userId: string; readonly grants: readonly Grant[] } | null;
}

export function createApiTokens(pool: Pool): ApiTokens {
  return {
    list: async () => await pool.query<TokenRow>(`${selectToken} order by created_at desc, id`),
    create: (draft, actor) =>
      asActor(pool, actor, async (queries) => {
        const [row] = await queries.query<TokenRow>(
          `insert into cdc.api_token (name, shown, token_hash, grants, created_by, expires_at)
           values ($1, $2, $3, $4, $5, $6) returning ${tokenColumns}`,
          [draft.name, draft.shown, draft.tokenHash, JSON.stringify(draft.grants), actor, draft.expiresAt],
        );
        return found(row, draft.name);
      }),
    revoke: (id, actor) =>
      asActor(pool, actor, async (queries) => {
        const [row] = await queries.query<TokenRow>(
          `update cdc.api_token set revoked_at = coalesce(revoked_at, now())
           where id::text = $1 returning ${tokenColumns}`,
          [id],
        );
        return found(row, id);
      }),
    find: (tokenHash) => find(pool, tokenHash),
  };
}

interface TokenRow extends ApiToken {
  readonly [name: string]: unknown;
}

/** Columns of a token under the model's names. */
export const tokenColumns: string = `id::text as id, name, shown, grants, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;
const selectToken = `select ${tokenColumns} from cdc.api_token`;

interface FoundRow extends TokenRow {
  readonly isUnnoted: boolean;
  readonly userId: string | null;
  readonly userGrants: readonly Grant[] | null;
}

/** The token of a person opens nothing while their account is disabled. */
async function find(pool: Pool, tokenHash: Buffer): Promise<FoundToken | null> {
  const [row] = await pool.query<FoundRow>(
    `select t.*, u.id::text as "userId", u.grants as "userGrants" from (
       select ${tokenColumns}, user_id as owner_id,
         coalesce(last_used_at < now() - interval '1 minute', true) as "isUnnoted"
       from cdc.api_token where token_hash = $1 and revoked_at is null and expires_at > now()
     ) t left join cdc.user_account u on u.id = t.owner_id
     where t.owner_id is null or not u.is_disabled`,
    [tokenHash],
  );
  if (row === undefined) return null;
  if (row.isUnnoted)
    await pool.query("update cdc.api_token set last_used_at = now() where token_hash = $1", [tokenHash]);
  const { userId, userGrants } = row;
  return { ...row, owner: userId === null ? null : { userId, grants: userGrants ?? [] } };
}

function found(row: TokenRow | undefined, id: string): ApiToken {
  if (row === undefined) throw new GluttonyError("token.not_found", { token: id });
  return row;
}
