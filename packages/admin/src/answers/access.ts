import { languages, permissions, roleNames } from "@gluttony/model";
import type { TSchema } from "@sinclair/typebox";
import { anything, exactly, flag, int64, listOf, mapOf, oneOf, orNull, pageOf, text, time } from "./forms.ts";

const grants = listOf(exactly({ role: oneOf(roleNames), scope: orNull(mapOf(text)) }));
const allowed = listOf(oneOf(permissions));

/** A person who may sign in. */
export const userAnswer: TSchema = exactly({
  id: text,
  name: text,
  grants,
  isDisabled: flag,
  hasPassword: flag,
  isFromProvider: flag,
  createdAt: time,
  createdBy: text,
  revision: int64,
});
export const userPageAnswer: TSchema = pageOf(userAnswer);
export const rolePageAnswer: TSchema = pageOf(exactly({ name: oneOf(roleNames), permissions: allowed }));
export const signedInAnswer: TSchema = exactly({ user: userAnswer, expiresAt: time });

/** How one may sign in; `url` is where a browser begins at the identity provider. */
export const waysAnswer: TSchema = exactly({ password: flag, provider: orNull(exactly({ url: text })) });

/** Who asks. */
export const meAnswer: TSchema = exactly({
  actor: text,
  kind: oneOf(["local", "root", "token", "session", "none"]),
  grants,
  permissions: allowed,
  profile: orNull(
    exactly({
      name: text,
      displayName: orNull(text),
      language: orNull(oneOf(languages)),
      timeZone: orNull(text),
      hasPassword: flag,
      isFromProvider: flag,
      revision: int64,
    }),
  ),
});

const token = {
  id: text,
  name: text,
  shown: text,
  grants,
  createdBy: text,
  createdAt: time,
  expiresAt: time,
  revokedAt: orNull(time),
  lastUsedAt: orNull(time),
};
export const tokenAnswer: TSchema = exactly(token);
export const tokenPageAnswer: TSchema = pageOf(tokenAnswer);
/** The only answer that holds the secret. */
export const newTokenAnswer: TSchema = exactly({ ...token, secret: text });

/** One entry of the audit. */
export const auditAnswer: TSchema = exactly({
  seq: int64,
  at: time,
  actor: text,
  action: text,
  targetKind: orNull(text),
  targetId: orNull(text),
  reason: orNull(text),
  detail: anything,
  result: oneOf(["done", "refused"]),
  requestId: orNull(text),
  address: orNull(text),
  client: orNull(text),
  hash: text,
});
export const auditPageAnswer: TSchema = pageOf(auditAnswer);
export const auditVerdictAnswer: TSchema = exactly({
  isWhole: flag,
  entries: int64,
  headSeq: int64,
  headHash: text,
  brokenAt: orNull(int64),
  problem: orNull(oneOf(["changed", "missing", "head"])),
});
