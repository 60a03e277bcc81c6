import type { UserAccount } from "./account.ts";
import type { ConsumerDraft, ConsumerRow } from "./consumer.ts";
import type { Grant } from "./permission.ts";

/** What people decided and the database keeps: all that a configuration document speaks of. */
export interface StoredConfig {
  readonly consumers: readonly ConsumerRow[];
  /** Plugins of which a release is installed; those that are shipped have nothing to decide. */
  readonly plugins: readonly StoredPlugin[];
  /** Those who sign in here; accounts of an identity provider follow its claims. */
  readonly users: readonly UserAccount[];
}

/** An installed plugin, and what was decided about its releases. */
export interface StoredPlugin {
  readonly package: string;
  /** Versions, sorted as texts. */
  readonly installed: readonly string[];
  readonly active: readonly string[];
  /** Which consumers are held on which version. */
  readonly pins: readonly { readonly consumerId: string; readonly version: string }[];
}

/** One thing to do so that the database comes to what a document says. `pointer` leads to its cause in the document. */
export type ConfigDeed = { readonly pointer: string } & (
  | {
      readonly do: "write-consumer";
      /** Null makes a new one. */
      readonly seen: SeenObject | null;
      readonly draft: ConsumerDraft;
    }
  | { readonly do: "delete-consumer"; readonly seen: SeenObject }
  | {
      readonly do: "write-user";
      readonly seen: SeenObject | null;
      readonly user: {
        readonly name: string;
        readonly grants: readonly Grant[];
        readonly isDisabled: boolean;
      };
    }
  | { readonly do: "delete-user"; readonly seen: SeenObject }
  | { readonly do: "plugin"; readonly package: string; readonly deed: ConfigPluginDeed }
);

/** A row, and the revision of it that a plan was made on. */
export interface SeenObject {
  readonly id: string;
  readonly revision: bigint;
}

/** What a document can want of a plugin; `consumer` is a name. */
export type ConfigPluginDeed =
  | { readonly do: "activate" | "deactivate"; readonly version: string }
  | { readonly do: "pin"; readonly version: string; readonly consumer: string }
  | { readonly do: "unpin"; readonly consumer: string };
