import { GluttonyError, type NamedSecret, type SecretUse } from "@gluttony/model";
import { asActor } from "./as-actor.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox, SecretPlace } from "./secret-box.ts";
import { secretUses } from "./secret-uses.ts";

/** Who changes a secret, and the revision they saw; null where they saw that there is none. */
export interface SecretChange {
  readonly actor: string;
  readonly revision: bigint | null;
}

/** Secrets under names of ours. A value goes in and comes out only for what it opens. */
export interface NamedSecrets {
  /** By name. */
  list(): Promise<readonly NamedSecret[]>;
  get(name: string): Promise<NamedSecret | null>;
  /**
   * Sets a value, or clears it with null; undefined makes or leaves the secret as it is. Throws `secret.stale_revision`,
   * `secret.master_key_missing`.
   */
  put(name: string, value: string | null | undefined, change: SecretChange): Promise<NamedSecret>;
  /** Throws `secret.not_found`, `secret.stale_revision`, `secret.in_use` with who uses it. */
  delete(name: string, change: SecretChange): Promise<void>;
  /** The value itself; null where there is none. Throws `secret.unreadable`, `secret.master_key_missing`. */
  open(name: string): Promise<string | null>;
}

export function createNamedSecrets(pool: Pool, box: SecretBox | null): NamedSecrets {
  return {
    list: () => readSecrets(pool, null),
    get: async (name) => (await readSecrets(pool, name))[0] ?? null,
    put: (name, value, change) =>
      asActor(pool, change.actor, async (queries) => {
        const seen = await lockRevision(queries, name);
        if (seen !== change.revision) throw stale(change.revision, seen);
        if (seen === null) await insert(queries, { name, value: value ?? null, actor: change.actor }, box);
        else if (value !== undefined) await rotate(queries, { name, value, actor: change.actor }, box);
        return required((await readSecrets(queries, name))[0], name);
      }),
    delete: (name, change) =>
      asActor(pool, change.actor, async (queries) => {
        const seen = await lockRevision(queries, name);
        if (seen === null) throw new GluttonyError("secret.not_found", { secret: name });
        if (seen !== change.revision) throw stale(change.revision, seen);
        const users = await secretUses(queries, name);
        if (users.length > 0) throw inUse(name, users);
        await queries.query("delete from cdc.secret where name = $1", [name]);
      }),
    open: (name) => openSecret(pool, name, box),
  };
}

/** Where the value of a secret rests. */
export function namedSecretPlace(name: string): SecretPlace {
  return { table: "cdc.secret", column: "envelope", row: name };
}

interface SecretRow extends Omit<NamedSecret, "usedBy"> {
  readonly [name: string]: unknown;
}

async function readSecrets(queries: Queries, name: string | null): Promise<readonly NamedSecret[]> {
  const rows = await queries.query<SecretRow>(
    `select name, envelope is not null as "isSet", fingerprint, key_id as "keyId", revision,
       created_at as "createdAt", created_by as "createdBy", rotated_at as "rotatedAt", rotated_by as "rotatedBy"
     from cdc.secret where $1::text is null or name = $1 order by name`,
    [name],
  );
  const uses = await secretUses(queries, name);
  return rows.map((row) => ({
    name: row.name,
    isSet: row.isSet,
    fingerprint: row.fingerprint,
    keyId: row.keyId,
    revision: row.revision,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    rotatedAt: row.rotatedAt,
    rotatedBy: row.rotatedBy,
    usedBy: uses
      .filter((use) => use.secret === row.name)
      .map(({ kind, id, name: user }) => ({ kind, id, name: user })),
  }));
}

async function lockRevision(queries: Queries, name: string): Promise<bigint | null> {
  const [row] = await queries.query<{ revision: bigint }>(
    "select revision from cdc.secret where name = $1 for update",
    [name],
  );
  return row?.revision ?? null;
}

interface Wanted {
  readonly name: string;
  readonly value: string | null;
  readonly actor: string;
}

async function insert(queries: Queries, wanted: Wanted, box: SecretBox | null): Promise<void> {
  const made = await queries.query(
    `insert into cdc.secret (name, envelope, key_id, fingerprint, created_by, rotated_by)
     values ($1, $2, $3, $4, $5, $5) on conflict (name) do nothing returning name`,
    [wanted.name, ...sealed(wanted, box), wanted.actor],
  );
  if (made.length === 0) throw stale(null, 1n);
}

async function rotate(queries: Queries, wanted: Wanted, box: SecretBox | null): Promise<void> {
  await queries.query(
    `update cdc.secret set envelope = $2, key_id = $3, fingerprint = $4, rotated_by = $5, rotated_at = now(),
       revision = revision + 1 where name = $1`,
    [wanted.name, ...sealed(wanted, box), wanted.actor],
  );
}

/** Envelope, key id and fingerprint. */
function sealed({ name, value }: Wanted, box: SecretBox | null): readonly (string | null)[] {
  if (value === null) return [null, null, null];
  if (box === null) throw new GluttonyError("secret.master_key_missing", { secret: name });
  return [
    box.sealText(value, namedSecretPlace(name)),
    box.keyId,
    box.fingerprint(value, namedSecretPlace(name)),
  ];
}

async function openSecret(queries: Queries, name: string, box: SecretBox | null): Promise<string | null> {
  const [row] = await queries.query<{ envelope: string | null }>(
    "select envelope from cdc.secret where name = $1",
    [name],
  );
  const envelope = row?.envelope ?? null;
  if (envelope === null) return null;
  if (box === null) throw new GluttonyError("secret.master_key_missing", { secret: name });
  return box.openText(envelope, namedSecretPlace(name));
}

function required(secret: NamedSecret | undefined, name: string): NamedSecret {
  if (secret === undefined) throw new GluttonyError("secret.not_found", { secret: name });
  return secret;
}

function stale(seen: bigint | null, current: bigint | null): GluttonyError {
  return new GluttonyError("secret.stale_revision", {
    seen: seen === null ? "none" : String(seen),
    current: current === null ? "none" : String(current),
  });
}

function inUse(name: string, users: readonly SecretUse[]): GluttonyError {
  const usedBy = users.map((user) => `${user.kind} ${user.name}`);
  return new GluttonyError("secret.in_use", { secret: name, usedBy });
}
