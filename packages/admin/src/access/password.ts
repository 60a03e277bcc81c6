import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Work factor, block size, parallelism (RFC 7914): 32 MiB and some 0.2 s for each guess. */
const cost = { N: 32_768, r: 8, p: 1 };
const keyBytes = 32;
const saltBytes = 16;
/** Bytes that scrypt may take; it needs 128 × N × r. */
const memoryMax = 64 * 1024 * 1024;
/** Passwords worked on at a time, so that guessing does not eat the host. */
const parallelMax = 2;
/** Characters; fewer are guessed, more only cost. */
export const passwordLength = { min: 12, max: 256 };

/** `scrypt$N$r$p$salt$key`, so that stronger figures can follow and old hashes stay readable. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether it is the password; takes the same time when there is no account (`stored` is null). */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = parse(stored) ?? { salt: Buffer.alloc(saltBytes), key: null, cost };
  const key = await derive(password, parsed.salt, parsed.cost);
  return parsed.key !== null && timingSafeEqual(key, parsed.key);
}

interface Parsed {
  readonly salt: Buffer;
  readonly key: Buffer | null;
  readonly cost: typeof cost;
}

function parse(stored: string | null): Parsed | null {
  const [scheme, n, r, p, salt, key] = stored?.split("$") ?? [];
  if (scheme !== "scrypt" || salt === undefined || key === undefined) return null;
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length !== keyBytes) return null;
  return {
    salt: Buffer.from(salt, "base64url"),
    key: bytes,
    cost: { N: Number(n), r: Number(r), p: Number(p) },
  };
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, figures: typeof cost): Promise<Buffer> {
  if (running >= parallelMax) await new Promise<void>((resolve) => void waiting.push(resolve));
  else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      // One text has one form, whatever keyboard it was typed on (RFC 8265).
      scrypt(password.normalize("NFC"), salt, keyBytes, { ...figures, maxmem: memoryMax }, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
