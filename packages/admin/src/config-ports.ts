import type { ConfigDeed, StoredConfig } from "@gluttony/model";

/** Who applies a document, why, and under which plan; the audit keeps it. */
export interface ConfigApplying {
  readonly actor: string;
  /** Null when none was given. */
  readonly reason: string | null;
  /** The hash of the plan. */
  readonly plan: string;
}

/** All that people decided, read and changed at once. Implemented by `@gluttony/postgres`. */
export interface ConfigStore {
  read(): Promise<StoredConfig>;
  /**
   * Does all deeds in one transaction, or none. `decide` is given what is stored then, and may be asked again. Throws
   * `config.plan_stale` when something was changed meanwhile, and `config.document_invalid` with the place of each deed
   * that is refused.
   */
  apply(decide: (stored: StoredConfig) => readonly ConfigDeed[], by: ConfigApplying): Promise<void>;
  /** Does the deeds and takes them back: throws what `apply` would throw, and leaves nothing. */
  rehearse(deeds: readonly ConfigDeed[], actor: string): Promise<void>;
}
