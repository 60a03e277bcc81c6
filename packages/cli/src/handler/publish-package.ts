import { buildPackage } from "./build-folder.ts";
import { checkBuilt } from "./check-package.ts";
import { npm } from "./npm.ts";

/** How a package is published. */
export interface PublishOptions {
  /** Says what would be sent and sends nothing. */
  readonly isDryRun: boolean;
  readonly tag?: string;
  readonly registry?: string;
}

/** What was published, or would have been. */
export interface Published {
  readonly package: string;
  readonly isDryRun: boolean;
  /** Whether the build's origin is attested, which needs a workflow whose identity npm can prove. */
  readonly hasProvenance: boolean;
}

/** Names that a workflow sets where npm can ask it for a proof of identity. */
const identityNames = ["ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN"] as const;

/** Builds, checks and publishes a package, with provenance where that can be had. Throws as its steps do. */
export async function publishPackage(root: string, options: PublishOptions): Promise<Published> {
  await using built = await buildPackage(root);
  await checkBuilt(built);
  const { isDryRun, tag, registry } = options;
  const hasProvenance = identityNames.some((name) => (process.env[name] ?? "") !== "");
  const parameters = [
    "publish",
    "--json",
    "--ignore-scripts",
    ...(hasProvenance && !isDryRun ? ["--provenance"] : []),
    ...(isDryRun ? ["--dry-run"] : []),
    ...(tag === undefined ? [] : ["--tag", tag]),
    ...(registry === undefined ? [] : ["--registry", registry]),
  ];
  await npm(parameters, { cwd: built.folder });
  return { package: `${built.packed.name}@${built.packed.version}`, isDryRun, hasProvenance };
}
