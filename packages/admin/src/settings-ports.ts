import type { DecidedSettings, SettingChanges } from "@gluttony/model";

/** What was decided, and in which revision. */
export interface KeptSettings {
  readonly revision: bigint;
  readonly decided: DecidedSettings;
}

/** One change of settings. */
export interface SettingsRevision {
  readonly revision: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly reason: string | null;
  readonly changes: readonly {
    readonly name: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

/** Settings that people change while hosts run. Implemented by `@gluttony/postgres`. */
export interface SettingsStore {
  read(): Promise<KeptSettings>;
  /** Throws `settings.stale_revision`. */
  change(
    changes: SettingChanges,
    by: { readonly actor: string; readonly reason: string | null; readonly revision: bigint },
  ): Promise<KeptSettings>;
  /** Newest first. */
  revisions(page: {
    readonly before: bigint | null;
    readonly limit: number;
  }): Promise<readonly SettingsRevision[]>;
}

/** A name of the host's environment, as it was at its start. */
export interface EnvironmentEntry {
  readonly name: string;
  /** Where it came from; `file` is a secret's own file. */
  readonly source: "environment" | "file" | "default";
  readonly isSecret: boolean;
  /** Null where it is a secret, or nothing is set. */
  readonly value: string | null;
}

/** What is decided by people, and what by the deployer. */
export interface SettingsDesk {
  readonly store: SettingsStore;
  readonly environment: readonly EnvironmentEntry[];
}
