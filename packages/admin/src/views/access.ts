import type { ApiToken, AuditEntry, AuditVerdict, Grant, UserAccount } from "@gluttony/model";

/** An account as the API shows it, and takes it back. */
export interface UserView {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  readonly isFromProvider: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revision: string;
}

/** Projects field by field, so that a hash never leaks out. */
export function userView(account: UserAccount): UserView {
  return {
    id: account.id,
    name: account.name,
    grants: account.grants,
    isDisabled: account.isDisabled,
    hasPassword: account.hasPassword,
    isFromProvider: account.isFromProvider,
    createdAt: account.createdAt.toISOString(),
    createdBy: account.createdBy,
    revision: String(account.revision),
  };
}

/** A token without its secret. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly shown: string;
  readonly grants: readonly Grant[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

export function tokenView(token: ApiToken): TokenView {
  return {
    id: token.id,
    name: token.name,
    shown: token.shown,
    grants: token.grants,
    createdBy: token.createdBy,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    revokedAt: token.revokedAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}

/** One entry of the audit. */
export interface AuditView extends Omit<AuditEntry, "seq" | "at"> {
  readonly seq: string;
  readonly at: string;
}

export function auditView(entry: AuditEntry): AuditView {
  const { actor, action, targetKind, targetId, reason, detail, result } = entry;
  const { requestId, address, client, hash } = entry;
  return {
    seq: String(entry.seq),
    at: entry.at.toISOString(),
    actor,
    action,
    targetKind,
    targetId,
    reason,
    detail,
    result,
    requestId,
    address,
    client,
    hash,
  };
}

/** What a check of the chain came to. */
export interface AuditVerdictView {
  readonly isWhole: boolean;
  readonly entries: string;
  readonly headSeq: string;
  readonly headHash: string;
  readonly brokenAt: string | null;
  readonly problem: AuditVerdict["problem"];
}

export function auditVerdictView(verdict: AuditVerdict): AuditVerdictView {
  return {
    isWhole: verdict.isWhole,
    entries: String(verdict.entries),
    headSeq: String(verdict.headSeq),
    headHash: verdict.headHash,
    brokenAt: verdict.brokenAt === null ? null : String(verdict.brokenAt),
    problem: verdict.problem,
  };
}
