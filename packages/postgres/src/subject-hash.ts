import { createHmac } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { SubjectHash } from "@gluttony/runtime";
import type { Queries } from "./pool.ts";
import {
  createSecretBox,
  deriveKey,
  masterKeyBytes,
  type SecretBox,
  type SecretPlace,
} from "./secret-box.ts";

const hexDigits = 32;

/** Where the sealed key of the hash rests. */
export const subjectKeyPlace: SecretPlace = { table: "cdc.secret_salt", column: "sealed", row: "subject" };

/**
 * Makes the hash of this installation: HMAC-SHA256, cut to 16 bytes. Its key comes from random bytes in the database
 * and, where there is one, the master key; so a copy of the database alone cannot try keys out then. The first host with a
 * master key seals the key of the hash beside the salt, so that subjects stay what they are when the master key is replaced.
 * Throws `secret.unreadable` for a master key that did not seal it: the fence and dead letters would not be found by another.
 */
export async function createSubjectHash(
  queries: Queries,
  masterKey: string | null,
  otherKey: string | null = null,
): Promise<SubjectHash> {
  const key = await subjectKey(queries, masterKey, otherKey);
  return {
    of: (orderingKey) =>
      createHmac("sha256", key).update(orderingKey, "utf8").digest("hex").slice(0, hexDigits),
  };
}

async function subjectKey(
  queries: Queries,
  masterKey: string | null,
  otherKey: string | null,
): Promise<Uint8Array> {
  const { salt, sealed } = await readSalt(queries);
  if (masterKey === null) return derived(new Uint8Array(), salt);
  const box = createSecretBox(masterKey, otherKey);
  if (sealed !== null) return box.open(sealed, subjectKeyPlace);
  await sealKey(queries, derived(masterKeyBytes(masterKey), salt), box);
  // Another host may have been first.
  const { sealed: kept } = await readSalt(queries);
  if (kept === null) throw new GluttonyError("database.not_migrated", { table: "cdc.secret_salt" });
  return box.open(kept, subjectKeyPlace);
}

async function sealKey(queries: Queries, key: Uint8Array, box: SecretBox): Promise<void> {
  await queries.query(
    "update cdc.secret_salt set sealed = $1 where name = 'subject' and sealed is null returning name",
    [box.seal(key, subjectKeyPlace)],
  );
}

async function readSalt(
  queries: Queries,
): Promise<{ readonly salt: Buffer; readonly sealed: Buffer | null }> {
  const [row] = await queries.query<{ salt: Buffer; sealed: Buffer | null }>(
    "select salt, sealed from cdc.secret_salt where name = 'subject'",
  );
  if (row === undefined) throw new GluttonyError("database.not_migrated", { table: "cdc.secret_salt" });
  return row;
}

function derived(from: Uint8Array, salt: Uint8Array): Uint8Array {
  return deriveKey(from, salt, "gluttony subject hash v1");
}
