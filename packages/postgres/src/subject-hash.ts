import { createHmac } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { SubjectHash } from "@gluttony/runtime";
import type { Queries } from "./pool.ts";
import { deriveKey, masterKeyBytes } from "./secret-box.ts";

const hexDigits = 32;

/**
 * Makes the hash of this installation: HMAC-SHA256, cut to 16 bytes. Its key comes from random bytes in the database
 * and, where there is one, the master key; so a copy of the database alone cannot try keys out then. Another master
 * key gives other subjects: dead letters and the fence of before are not found by them.
 */
export async function createSubjectHash(queries: Queries, masterKey: string | null): Promise<SubjectHash> {
  const [row] = await queries.query<{ salt: Buffer }>(
    "select salt from cdc.secret_salt where name = 'subject'",
  );
  if (row === undefined) throw new GluttonyError("database.not_migrated", { table: "cdc.secret_salt" });
  const from = masterKey === null ? new Uint8Array() : masterKeyBytes(masterKey);
  const key = deriveKey(from, row.salt, "gluttony subject hash v1");
  return {
    of: (orderingKey) =>
      createHmac("sha256", key).update(orderingKey, "utf8").digest("hex").slice(0, hexDigits),
  };
}
