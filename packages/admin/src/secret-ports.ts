import type { NamedSecret } from "@gluttony/model";

/** Who changes a secret, and the revision they saw; null where they saw that there is none. */
export interface SeenSecret {
  readonly actor: string;
  readonly revision: bigint | null;
}

/** Secrets under names of ours. Nothing here gives out a value. Implemented by `@gluttony/postgres`. */
export interface SecretStore {
  list(): Promise<readonly NamedSecret[]>;
  get(name: string): Promise<NamedSecret | null>;
  /** Null clears, undefined keeps. Throws `secret.stale_revision`, `secret.master_key_missing`. */
  put(name: string, value: string | null | undefined, change: SeenSecret): Promise<NamedSecret>;
  /** Throws `secret.not_found`, `secret.stale_revision`, `secret.in_use`. */
  delete(name: string, change: SeenSecret): Promise<void>;
}

/** Takes secrets that the process knows out of what it answers. */
export interface AnswerScrubber {
  /** For texts that people read, such as a problem. */
  scrubText(text: string): string;
  /** For everything else: leaves words alone that a table may be called by. */
  scrubAnswer(text: string): string;
}
