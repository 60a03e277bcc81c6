import type { Facts } from "./error.ts";
import type { Grant } from "./permission.ts";

/** A person who may sign in. Their password's hash is not part of it. */
export interface UserAccount {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
  /** Whether they sign in with a password; others do so through the identity provider. */
  readonly hasPassword: boolean;
  /** Whether the identity provider knows them; their roles follow its claims at every sign-in. */
  readonly isFromProvider: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revision: bigint;
}

/** A token that a program shows in place of a person. Its secret is shown once and kept as a hash. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** The beginning of the secret, to tell tokens apart. */
  readonly shown: string;
  readonly grants: readonly Grant[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** Exact to a minute. */
  readonly lastUsedAt: Date | null;
}

/** Something that was done, by whom, and where the request came from. Never a value of a row, a key or a secret. */
export interface AuditNote {
  readonly actor: string;
  /** The noun and what was done to it, as `token.create`. */
  readonly action: string;
  readonly targetKind: string | null;
  readonly targetId: string | null;
  readonly reason: string | null;
  readonly detail: Facts;
  readonly result: "done" | "refused";
}

/** One link of the audit's chain: its hash covers the one before it and all that is in it. */
export interface AuditEntry extends Omit<AuditNote, "detail"> {
  readonly seq: bigint;
  readonly at: Date;
  readonly detail: unknown;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly client: string | null;
  /** Hexadecimal. */
  readonly hash: string;
}

/** What a check of the chain came to. */
export interface AuditVerdict {
  readonly isWhole: boolean;
  readonly entries: bigint;
  /** The newest entry's hash, to be noted elsewhere: a chain that was cut and grown anew is told by it. */
  readonly headSeq: bigint;
  readonly headHash: string;
  /** The first entry that is not what was written, or the first that is missing. */
  readonly brokenAt: bigint | null;
  readonly problem: "changed" | "missing" | "head" | null;
}
