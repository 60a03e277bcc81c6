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
  find(tokenHash: Buffer): Promise<ApiToken | null>;
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

const tokenColumns = `id::text as id, name, shown, grants, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;
const selectToken = `select ${tokenColumns} from cdc.api_token`;

async function find(pool: Pool, tokenHash: Buffer): Promise<ApiToken | null> {
  const [row] = await pool.query<TokenRow & { isUnnoted: boolean }>(
    `select ${tokenColumns},
       coalesce(last_used_at < now() - interval '1 minute', true) as "isUnnoted"
     from cdc.api_token where token_hash = $1 and revoked_at is null and expires_at > now()`,
    [tokenHash],
  );
  if (row === undefined) return null;
  if (row.isUnnoted)
    await pool.query("update cdc.api_token set last_used_at = now() where token_hash = $1", [tokenHash]);
  return row;
}

function found(row: TokenRow | undefined, id: string): ApiToken {
  if (row === undefined) throw new GluttonyError("token.not_found", { token: id });
  return row;
}
