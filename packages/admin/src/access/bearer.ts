import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Lets programs that look for leaked secrets recognise one of ours. */
export const tokenPrefix = "glt_";
const randomBytesOfToken = 32;
/** Characters of a token that are kept and shown, to tell tokens apart. */
const shownLength = 8;

/** A new secret of 256 random bits, shown once; only its hash is kept. */
export interface NewSecret {
  readonly secret: string;
  readonly hash: Buffer;
  /** Its beginning, for lists. */
  readonly shown: string;
}

export function newSecret(prefix: string): NewSecret {
  const secret = prefix + randomBytes(randomBytesOfToken).toString("base64url");
  return { secret, hash: hashOf(secret), shown: secret.slice(0, prefix.length + shownLength) };
}

/** SHA-256: 256 random bits need no slow hash, and nobody can look them up. */
export function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret, "utf8").digest();
}

/** The token of `Authorization: Bearer`; null without one. */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? null;
}

/** Takes the same time for any two secrets. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(expected));
}
