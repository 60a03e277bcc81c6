import { createHash } from "node:crypto";
import { type Grant, GluttonyError } from "@gluttony/model";
import type { ClaimRules, Claims, ProviderPerson } from "../identity-ports.ts";

/** Bytes of a subject at most (OpenID Connect Core 2). */
const subjectLengthMax = 255;
const nameLengthMax = 128;
const namePattern = /^[A-Za-z0-9\u0080-\uffff]\P{Cc}*$/u;
/** Groups that are looked at; a directory may list hundreds. */
const groupsMax = 1_000;
/** Characters of the subject's hash in the name of somebody who has none. */
const markLength = 8;

/** Whom checked claims speak of, and their roles. Pure. Throws `oidc.claims_invalid`, `oidc.email_refused`. */
export function personOfClaims(claims: Claims, rules: ClaimRules): ProviderPerson {
  const issuer = textClaim(claims, "iss");
  const subject = textClaim(claims, "sub");
  if (subject.length > subjectLengthMax) throw new GluttonyError("oidc.claims_invalid", { claim: "sub" });
  requireAddress(claims, rules.emailDomains);
  return { issuer, subject, name: nameOf(claims, rules, subject), grants: grantsOf(claims, rules) };
}

function textClaim(claims: Claims, name: string): string {
  const value = claims[name];
  if (typeof value === "string" && value !== "") return value;
  throw new GluttonyError("oidc.claims_invalid", { claim: name });
}

/** Only an address that the provider has verified tells whose it is. */
function requireAddress(claims: Claims, domains: readonly string[]): void {
  if (domains.length === 0) return;
  const email = claims["email"];
  const domain = typeof email === "string" ? email.slice(email.lastIndexOf("@") + 1).toLowerCase() : "";
  if (claims["email_verified"] === true && domains.includes(domain)) return;
  throw new GluttonyError("oidc.email_refused");
}

/** A name for people to read; nothing is decided by it. */
function nameOf(claims: Claims, { nameClaim }: ClaimRules, subject: string): string {
  const written = valueAt(claims, nameClaim);
  const name = typeof written === "string" ? written.trim().slice(0, nameLengthMax) : "";
  if (namePattern.test(name)) return name;
  return `user~${createHash("sha256").update(subject, "utf8").digest("hex").slice(0, markLength)}`;
}

/** Every role that a group gives, each once. A claim of another form gives none. */
function grantsOf(claims: Claims, { roles, rolesClaim }: ClaimRules): readonly Grant[] {
  const groups = new Set(textsOf(valueAt(claims, rolesClaim)));
  const given = roles.filter(({ group }) => group === "*" || groups.has(group));
  const byText = new Map(given.map(({ grant }) => [JSON.stringify(grant), grant] as const));
  return [...byText.values()];
}

function textsOf(value: unknown): readonly string[] {
  const written: readonly unknown[] = Array.isArray(value) ? value.slice(0, groupsMax) : [value];
  return written.filter((one) => typeof one === "string");
}

/** A name may hold dots itself, as `https://hospital.example/groups` does. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split(".")) {
    const isObject = typeof value === "object" && value !== null;
    value = isObject && Object.hasOwn(value as object, part) ? Reflect.get(value as object, part) : undefined;
  }
  return value;
}
