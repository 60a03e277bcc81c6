import type {
  ApiToken,
  AuditEntry,
  AuditNote,
  AuditVerdict,
  Grant,
  Language,
  UserAccount,
} from "@gluttony/model";

/** Who changes an account, and the revision they saw. */
export interface SeenAccount {
  readonly actor: string;
  readonly revision: bigint;
}

/** What a person's account is to be. */
export interface AccountDraft {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
}

/** The people who may sign in. Passwords are hashes here. */
export interface AccountStore {
  list(): Promise<readonly UserAccount[]>;
  /** By id, else by name. */
  get(idOrName: string): Promise<(UserAccount & { readonly password: string | null }) | null>;
  hasAny(): Promise<boolean>;
  /** Throws `user.name_taken`. */
  create(draft: AccountDraft, password: string | null, actor: string): Promise<UserAccount>;
  /** Throws `user.not_found`, `user.stale_revision`, `user.name_taken`, `user.last_admin`. */
  update(id: string, draft: AccountDraft, change: SeenAccount): Promise<UserAccount>;
  /** Ends all sessions of the account. Throws `user.not_found`. */
  setPassword(id: string, password: string, actor: string): Promise<void>;
  /** Throws `user.not_found`, `user.stale_revision`, `user.last_admin`. */
  delete(id: string, change: SeenAccount): Promise<void>;
  /** Throws `bootstrap.refused`, `bootstrap.done`. */
  bootstrap(tokenHash: Buffer, account: { name: string; password: string }): Promise<UserAccount>;
}

/** Sessions of people, found by the hash of their secret. */
export interface SessionStore {
  begin(tokenHash: Buffer, userId: string): Promise<{ readonly expiresAt: Date }>;
  find(tokenHash: Buffer): Promise<SignedIn | null>;
  end(tokenHash: Buffer): Promise<void>;
}

/** A person who is signed in. */
export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  /** In which they want to be answered; null where they did not say. */
  readonly language: Language | null;
  readonly expiresAt: Date;
}

/** Tokens of programs and of people, found by the hash of their secret. */
export interface TokenStore {
  list(): Promise<readonly ApiToken[]>;
  create(draft: TokenDraft, actor: string): Promise<ApiToken>;
  /** Throws `token.not_found`. */
  revoke(id: string, actor: string): Promise<ApiToken>;
  /** Null also for one that was revoked or has run out. */
  find(tokenHash: Buffer): Promise<FoundToken | null>;
}

/** A token to be made. */
export interface TokenDraft {
  readonly name: string;
  readonly shown: string;
  readonly tokenHash: Buffer;
  readonly grants: readonly Grant[];
  readonly expiresAt: Date;
}

/** A token that opens something; `owner` is null for a program's. */
export interface FoundToken extends ApiToken {
  readonly owner: { readonly userId: string; readonly grants: readonly Grant[] } | null;
}

/** What was done. Changes write their own entries, in their own transactions; the API adds what changes no row. */
export interface AuditStore {
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
  get(seq: bigint): Promise<AuditEntry | null>;
  note(note: AuditNote): Promise<void>;
  verify(): Promise<AuditVerdict>;
}

/** Which entries; newest first. */
export interface AuditQuery {
  readonly actor?: string;
  readonly action?: string;
  readonly targetKind?: string;
  readonly targetId?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly before?: bigint;
}

/** Answers of requests that carried an Idempotency-Key. */
export interface RequestMemory {
  begin(keyHash: Buffer, fingerprint: Buffer): Promise<KnownRequest>;
  finish(keyHash: Buffer, answer: RememberedAnswer): Promise<void>;
  forget(keyHash: Buffer): Promise<void>;
}

export interface RememberedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export type KnownRequest =
  | { readonly state: "new" | "at work" | "other" }
  | { readonly state: "answered"; readonly answer: RememberedAnswer };
