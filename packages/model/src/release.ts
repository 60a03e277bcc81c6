import type { ConfigSchema } from "@gluttony/sdk";

/** One handler as a manifest lists it. */
export interface ManifestHandler {
  readonly name: string;
  /** A key of the package's `exports`, usually ".". */
  readonly entry: string;
  /** The named export. */
  readonly export: string;
  readonly title: string;
  readonly config: ConfigSchema;
  /** How many changes are handed over together; left out for a handler of single changes. */
  readonly batch?: BatchLimits;
}

/** When a batch is handed to a handler: when it holds so many changes, or so long after its first one. */
export interface BatchLimits {
  readonly max: number;
  /** Milliseconds; they count against the attempts' deadlines. */
  readonly waitMs: number;
}

/** Fences that a plugin may insist on. */
export const isolations = ["user", "namespace"] as const;
export type Isolation = (typeof isolations)[number];

/** The static field `gluttony` of a plugin's package.json. */
export interface Manifest {
  readonly manifest: 1;
  readonly protocols: readonly number[];
  readonly needs: readonly string[];
  readonly handlers: readonly ManifestHandler[];
  readonly permissions: {
    readonly net: readonly string[];
    /** Names of secrets; left out when it asks for none. */
    readonly secrets?: readonly string[];
  };
  readonly limits: { readonly memoryMb: number };
  /** The range of Node versions that `engines.node` asks for; left out when there is none. */
  readonly node?: string;
  /**
   * The fence that the plugin does not want to run without, beyond a process of its own: a user of its own, or
   * namespaces of its own for processes and network.
   */
  readonly isolation?: Isolation;
}

/** One exact version of a plugin, in a folder that never changes. */
export interface Release {
  readonly package: string;
  readonly version: string;
  readonly treeHash: string;
  readonly root: string;
  readonly manifest: Manifest;
  readonly isFirstParty: boolean;
  /** Origins that a person granted. */
  readonly grantedNet: readonly string[];
  /** Where a person said that a secret lies, by its name: `${env:NAME}` or `${file:/path}`. */
  readonly grantedSecrets?: { readonly [name: string]: string };
}
