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
}

/** The static field `gluttony` of a plugin's package.json. */
export interface Manifest {
  readonly manifest: 1;
  readonly protocols: readonly number[];
  readonly needs: readonly string[];
  readonly handlers: readonly ManifestHandler[];
  readonly permissions: { readonly net: readonly string[] };
  readonly limits: { readonly memoryMb: number };
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
}
