import { createHmac, timingSafeEqual } from "node:crypto";
import { GluttonyError } from "@gluttony/model";

/** Milliseconds in which a plan can be applied. */
export const PLAN_LIFE_MS = 600_000;

/** Signs plans, so that exactly what was shown is applied, on any host with the same key. */
export interface PlanSigner {
  readonly key: string;
  wallMs(): number;
}

/**
 * Text by which a plan is applied: when it ends, and a keyed hash of everything that it rests on. Keyed, because a configuration
 * holds a password that a plain hash would let somebody guess.
 */
export function planHash(
  basis: unknown,
  signer: PlanSigner,
): { readonly hash: string; readonly expiresAt: Date } {
  const expiresMs = signer.wallMs() + PLAN_LIFE_MS;
  return { hash: `${expiresMs}.${macOf(basis, expiresMs, signer)}`, expiresAt: new Date(expiresMs) };
}

/** Throws `connect.plan_stale` when the plan is of another basis, too old, or none of ours. */
export function requireFreshPlan(basis: unknown, hash: string, signer: PlanSigner): void {
  const [expires = "", mac = ""] = hash.split(".");
  const expiresMs = /^\d{1,15}$/.test(expires) ? Number(expires) : 0;
  const wanted = Buffer.from(macOf(basis, expiresMs, signer));
  const given = Buffer.from(mac);
  const isSame = wanted.length === given.length && timingSafeEqual(wanted, given);
  if (isSame && signer.wallMs() < expiresMs) return;
  throw new GluttonyError("connect.plan_stale", {
    reason: isSame ? "too old" : "something changed meanwhile",
  });
}

function macOf(basis: unknown, expiresMs: number, { key }: PlanSigner): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([expiresMs, sorted(basis)]))
    .digest("base64url");
}

/** The same for members in any order, and with numbers of any size. */
function sorted(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}
