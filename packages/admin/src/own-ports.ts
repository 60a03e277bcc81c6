import type { ApiToken, Language } from "@gluttony/model";
import type { TokenDraft } from "./access-ports.ts";

/** What people say of themselves; null where they say nothing. */
export interface OwnWords {
  readonly displayName: string | null;
  readonly language: Language | null;
  readonly timeZone: string | null;
}

/** A person's account as they see it themselves. */
export interface OwnProfile extends OwnWords {
  readonly name: string;
  readonly hasPassword: boolean;
  readonly isFromProvider: boolean;
  readonly revision: bigint;
}

/** One place where a person is signed in. */
export interface OwnSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly client: string | null;
  readonly isCurrent: boolean;
}

/** What belongs to one person: nothing here reaches anybody else's. Implemented by `@gluttony/postgres`. */
export interface OwnStore {
  profile(userId: string): Promise<OwnProfile | null>;
  /** Throws `user.not_found`, `user.stale_revision`. */
  change(
    userId: string,
    words: Partial<OwnWords>,
    seen: { readonly actor: string; readonly revision: bigint },
  ): Promise<OwnProfile>;
  /** `current` is the hash of the session that asks, if one does. */
  sessions(userId: string, current: Buffer | null): Promise<readonly OwnSession[]>;
  /** Throws `session.not_found`. */
  endSession(userId: string, id: string): Promise<void>;
  endOtherSessions(userId: string, current: Buffer | null): Promise<number>;
  tokens(userId: string): Promise<readonly ApiToken[]>;
  /** Throws `token.too_many`. */
  createToken(userId: string, draft: TokenDraft, actor: string): Promise<ApiToken>;
  /** Throws `token.not_found`. */
  revokeToken(userId: string, id: string, actor: string): Promise<ApiToken>;
}
