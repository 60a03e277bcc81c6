import type { ConsumerRow, Fault, Release } from "@gluttony/model";

/** Who does something to a plugin, and why; null where no reason was given. */
export interface PluginActor {
  readonly actor: string;
  readonly reason: string | null;
}

/** What a person wants done to an installed plugin. `consumer` is an id. */
export type PluginDeed =
  | { readonly do: "activate" | "deactivate"; readonly version: string }
  | { readonly do: "pin" | "shadow"; readonly version: string; readonly consumer: string }
  | { readonly do: "unpin" | "unshadow"; readonly consumer: string }
  | { readonly do: "roll-back"; readonly consumer: string | null };

/** One row that a deed changed. */
export interface PluginChange {
  readonly do: string;
  readonly version?: string;
  readonly consumerId?: string;
  readonly previous?: string | null;
}

/** What one live host says of one release. */
export interface ReleaseOnHost {
  readonly hostId: string;
  /** Null when it has said nothing yet. */
  readonly isReady: boolean | null;
  /** Why it is not. */
  readonly code: string | null;
}

/** How a release is fenced on the machine of the host that answers. */
export interface ReleaseFences {
  readonly holding: readonly string[];
  readonly missing: readonly string[];
  /** The code of why it does not run there; null when it does. */
  readonly refusedFor: string | null;
}

/** One installed release, and what it is to the consumers of its plugin. */
export interface SeenRelease {
  readonly version: string;
  readonly state: "active" | "pinned" | "shadow" | "previous" | "installed";
  readonly isActive: boolean;
  /** The release that served when this one was activated; null when none did. */
  readonly previous: string | null;
  readonly verification: { readonly from: string; readonly level: string } | null;
  /** Live hosts; none where nobody is served by it. */
  readonly hosts: readonly ReleaseOnHost[];
  /** Whether every live host is ready to run it; null when nobody is served by it, or no host lives. */
  readonly isComplete: boolean | null;
  readonly fences: ReleaseFences | null;
  /** Null for one that was uninstalled meanwhile. */
  readonly release: Release | null;
}

/** What holds a consumer on a release. */
export interface SeenPin {
  readonly version: string;
  readonly previous: string | null;
  /** The version that failed, when a host went back from it; null when a person chose. */
  readonly insteadOf: string | null;
}

/** What shadows a consumer, and how it compares on all hosts together. */
export interface SeenShadow {
  readonly version: string;
  readonly counts: readonly {
    readonly kind: string;
    readonly live: string;
    readonly shadow: string;
    readonly count: bigint;
  }[];
}

/** A consumer whose `handler_func` names the plugin. */
export interface PluginUser {
  readonly id: string;
  readonly name: string;
  /** What its `handler_func` names, written in the one way. */
  readonly handler: string;
  /** The release that serves it; null when none does. */
  readonly served: string | null;
  readonly pin: SeenPin | null;
  readonly shadow: SeenShadow | null;
}

/** An installed plugin: its releases, the newest activation first, and whoever uses it. */
export interface SeenPlugin {
  readonly package: string;
  readonly releases: readonly SeenRelease[];
  readonly users: readonly PluginUser[];
}

/** The plugin that a consumer's handler belongs to. */
export interface UsedPlugin extends Omit<PluginUser, "id" | "name"> {
  readonly package: string;
  /** Whether it comes with the host: then nothing of it can be chosen. */
  readonly isShipped: boolean;
}

/** One thing that a person or a host did to a plugin. */
export interface NotedDeed {
  readonly at: Date;
  readonly actor: string;
  readonly deed: string;
  readonly version: string | null;
  readonly consumerId: string | null;
  readonly reason: string | null;
}

/** What is to be installed from which registry, and what is granted to it. */
export interface InstallWish {
  /** `package@version` or `package@range`. */
  readonly source: string;
  /** A registry's name in the host's policy; null for the only one. */
  readonly registry: string | null;
  /** Origins; secrets that were granted to the same release before stay granted. */
  readonly grantNet: readonly string[];
  readonly activates: boolean;
}

/** What came of an install. */
export interface InstalledRelease {
  readonly release: Release;
  readonly integrity: string;
  /** Requested origins that were not granted: nobody can use the release before they are. */
  readonly notGranted: readonly string[];
}

/** A key of a handler's settings that two releases differ in. */
export interface SettingChange {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Whether the consumer's settings hold it. */
  readonly isSet: boolean;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

/** Something that would keep the consumer from running on the other release. */
export interface UpgradeBlocker {
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Fault[];
}

/** What would change for a consumer on another release. Nothing was changed. */
export interface UpgradeFacts {
  readonly package: string;
  /** The release that serves now; null when none does. */
  readonly from: string | null;
  readonly to: string;
  /** Of the release's files: another content makes another plan. */
  readonly treeHash: string;
  readonly handler: string;
  readonly settings: readonly SettingChange[];
  readonly permissions: {
    /** Asked for by the other release and not by this one. */
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly notGranted: readonly string[];
  };
  readonly protocols: readonly number[];
  /** The range of Node versions that it asks for; null when it does not say. */
  readonly node: string | null;
  readonly memoryMb: { readonly from: number | null; readonly to: number };
  readonly blockers: readonly UpgradeBlocker[];
}

/** Installed plugins, and what people do to them. Implemented by the program; the commands do the same. */
export interface PluginDesk {
  /** Names of the plugins of which a release is installed, sorted. */
  packages(): Promise<readonly string[]>;
  /** Null when no release of it is installed. */
  get(packageName: string): Promise<SeenPlugin | null>;
  /** The newest 50 deeds, the newest first. */
  history(packageName: string): Promise<readonly NotedDeed[]>;
  /** The plugin of a consumer's handler; null when its `handler_func` cannot be read. */
  usedBy(consumer: ConsumerRow): Promise<UsedPlugin | null>;
  /** Empty when all was so already. Throws `plugin.*`, `consumer.not_found`; then nothing was changed. */
  perform(packageName: string, deed: PluginDeed, by: PluginActor): Promise<readonly PluginChange[]>;
  /** Answers when it is there, or throws `plugin.*` and leaves nothing behind. One at a time on a host. */
  install(wish: InstallWish, by: PluginActor): Promise<InstalledRelease>;
  /** Throws `plugin.*` with the users while somebody uses it. */
  uninstall(release: { readonly package: string; readonly version: string }, by: PluginActor): Promise<void>;
  /** Throws `plugin.release_unknown`, `plugin.consumer_uses_another`, `plugin.shipped`. */
  upgradeOf(consumer: ConsumerRow, packageName: string, version: string): Promise<UpgradeFacts>;
}
