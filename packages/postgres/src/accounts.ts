import { type Grant, GluttonyError, type UserAccount } from "@gluttony/model";
import { asActor } from "./as-actor.ts";
import { sqlstateOf } from "./errors.ts";
import type { Pool, Queries } from "./pool.ts";

const uniqueViolation = "23505";

/** What a person's account is to be. */
export interface AccountDraft {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
}

/** An account and what is needed to sign in with it. */
export interface AccountWithPassword extends UserAccount {
  /** A hash. */
  readonly password: string | null;
}

/** The people who may sign in. */
export interface Accounts {
  /** By name. */
  list(): Promise<readonly UserAccount[]>;
  /** By id, else by name. */
  get(idOrName: string): Promise<AccountWithPassword | null>;
  /** Whether there is anybody who could sign in. */
  hasAny(): Promise<boolean>;
  /** Throws `user.name_taken`. */
  create(draft: AccountDraft, password: string | null, actor: string): Promise<UserAccount>;
  /** Ends all sessions when the account is disabled. Throws `user.not_found`, `user.stale_revision`, `user.name_taken`, `user.last_admin`. */
  update(id: string, draft: AccountDraft, change: { actor: string; revision: bigint }): Promise<UserAccount>;
  /** Ends all sessions. Throws `user.not_found`, `user.signs_in_elsewhere`. */
  setPassword(id: string, password: string, actor: string): Promise<void>;
  /** Throws `user.not_found`, `user.stale_revision`, `user.last_admin`. */
  delete(id: string, change: { actor: string; revision: bigint }): Promise<void>;
  /** Uses up the one-time token; makes the first administrator. Throws `bootstrap.refused`, `bootstrap.done`. */
  bootstrap(tokenHash: Buffer, account: { name: string; password: string }): Promise<UserAccount>;
  /** Keeps a new one-time token in place of older ones. Throws `bootstrap.done` when there is an account. */
  offerBootstrap(tokenHash: Buffer, validMs: number): Promise<void>;
}

export function createAccounts(pool: Pool): Accounts {
  return {
    list: async () => (await pool.query<AccountRow>(`${selectAccount} order by name`)).map(accountOf),
    get: async (idOrName) => {
      const [row] = await pool.query<AccountRow>(
        `${selectAccount} where id::text = $1 or name = $1 order by (id::text = $1) desc limit 1`,
        [idOrName],
      );
      return row === undefined ? null : { ...accountOf(row), password: row.password };
    },
    hasAny: () => hasAny(pool),
    create: (draft, password, actor) =>
      named(() => asActor(pool, actor, (queries) => insertAccount(queries, { draft, password, by: actor }))),
    update: (id, draft, change) =>
      named(() =>
        asActor(pool, change.actor, async (queries) => {
          const account = await replaceAccount(queries, { id, draft, revision: change.revision });
          await requireAdmin(queries);
          return account;
        }),
      ),
    setPassword: (id, password, actor) =>
      asActor(pool, actor, async (queries) => {
        const [row] = await queries.query<AccountRow>(
          `update cdc.user_account set password = $2, revision = revision + 1
           where id = $1 returning ${accountColumns}`,
          [id, password],
        );
        // A password would be a second way in, past the provider and its claims.
        if (found(row, id).isFromProvider) throw new GluttonyError("user.signs_in_elsewhere");
        await endSessions(queries, id);
      }),
    delete: (id, { actor, revision }) =>
      asActor(pool, actor, async (queries) => {
        await lockAccount(queries, id, revision);
        await queries.query("delete from cdc.user_account where id = $1", [id]);
        await requireAdmin(queries);
      }),
    bootstrap: (tokenHash, account) =>
      asActor(pool, "bootstrap", (queries) => useBootstrap(queries, tokenHash, account)),
    offerBootstrap: (tokenHash, validMs) =>
      pool.transaction(async (queries) => {
        if (await hasAny(queries)) throw new GluttonyError("bootstrap.done");
        await queries.query("delete from cdc.bootstrap_token");
        await queries.query(
          "insert into cdc.bootstrap_token values ($1, now() + $2 * interval '1 millisecond')",
          [tokenHash, validMs],
        );
      }),
  };
}

/** An account as its table holds it. */
export interface AccountRow extends Omit<UserAccount, never> {
  readonly password: string | null;
  readonly [name: string]: unknown;
}

/** Columns of an account under the model's names. */
export const accountColumns: string = `id::text as id, name, grants, is_disabled as "isDisabled", password,
  password is not null as "hasPassword", subject is not null as "isFromProvider", created_at as "createdAt", created_by as "createdBy", revision`;
const selectAccount = `select ${accountColumns} from cdc.user_account`;

/** Those who sign in here, by name; whom an identity provider knows follows its claims. */
export async function readOwnAccounts(queries: Queries): Promise<readonly UserAccount[]> {
  return (await queries.query<AccountRow>(`${selectAccount} where subject is null order by name`)).map(
    accountOf,
  );
}

/** Projects field by field: the hash of the password stays behind. */
export function accountOf(row: AccountRow): UserAccount {
  const { id, name, grants, isDisabled, hasPassword, isFromProvider, createdAt, createdBy, revision } = row;
  return { id, name, grants, isDisabled, hasPassword, isFromProvider, createdAt, createdBy, revision };
}

async function hasAny(queries: Queries): Promise<boolean> {
  const [row] = await queries.query<{ any: boolean }>("select exists (select from cdc.user_account) as any");
  return row?.any === true;
}

/** One more person; the caller has begun a transaction. */
export async function insertAccount(
  queries: Queries,
  {
    draft,
    password,
    by,
  }: { readonly draft: AccountDraft; readonly password: string | null; readonly by: string },
): Promise<UserAccount> {
  const [row] = await queries.query<AccountRow>(
    `insert into cdc.user_account (name, password, grants, is_disabled, created_by)
     values ($1, $2, $3, $4, $5) returning ${accountColumns}`,
    [draft.name, password, JSON.stringify(draft.grants), draft.isDisabled, by],
  );
  return accountOf(found(row, draft.name));
}

async function useBootstrap(
  queries: Queries,
  tokenHash: Buffer,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<UserAccount> {
  // Two who hold it come one after the other, and the second finds it used.
  const [token] = await queries.query<{ isFresh: boolean }>(
    `delete from cdc.bootstrap_token where token_hash = $1 returning expires_at > now() as "isFresh"`,
    [tokenHash],
  );
  if (await hasAny(queries)) throw new GluttonyError("bootstrap.done");
  if (token?.isFresh !== true) throw new GluttonyError("bootstrap.refused");
  const grants: readonly Grant[] = [
    { role: "admin", scope: null },
    { role: "auditor", scope: null },
  ];
  return insertAccount(queries, { draft: { name, grants, isDisabled: false }, password, by: "bootstrap" });
}

/** Brings an account to a draft, and ends its sessions when it is disabled; the caller has begun a transaction. */
export async function replaceAccount(
  queries: Queries,
  { id, draft, revision }: { readonly id: string; readonly draft: AccountDraft; readonly revision: bigint },
): Promise<UserAccount> {
  await lockAccount(queries, id, revision);
  const [row] = await queries.query<AccountRow>(
    `update cdc.user_account set name = $2, grants = $3, is_disabled = $4, revision = revision + 1
     where id = $1 returning ${accountColumns}`,
    [id, draft.name, JSON.stringify(draft.grants), draft.isDisabled],
  );
  if (draft.isDisabled) await endSessions(queries, id);
  return accountOf(found(row, id));
}

/** Locks an account that is to be changed. Throws `user.not_found`, `user.stale_revision`. */
export async function lockAccount(queries: Queries, id: string, revision: bigint): Promise<void> {
  const [row] = await queries.query<AccountRow>(`${selectAccount} where id = $1 for update`, [id]);
  const current = found(row, id).revision;
  if (current === revision) return;
  throw new GluttonyError("user.stale_revision", { seen: String(revision), current: String(current) });
}

/** Nobody may lock everybody out: at least one administrator without a scope stays. */
export async function requireAdmin(queries: Queries): Promise<void> {
  const [row] = await queries.query<{ any: boolean }>(
    `select exists (select from cdc.user_account u, jsonb_array_elements(u.grants) g
       where not u.is_disabled and g ->> 'role' = 'admin' and g -> 'scope' = 'null') as any`,
  );
  if (row?.any !== true) throw new GluttonyError("user.last_admin");
}

/** Signs a person out everywhere; the caller has begun a transaction. */
export async function endSessions(queries: Queries, id: string): Promise<void> {
  await queries.query("delete from cdc.session where user_id = $1", [id]);
}

function found(row: AccountRow | undefined, id: string): AccountRow {
  if (row === undefined) throw new GluttonyError("user.not_found", { user: id });
  return row;
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlstateOf(error) !== uniqueViolation) throw error;
    throw new GluttonyError("user.name_taken", {}, { cause: error });
  }
}
