import { join } from "node:path";
import { GluttonyError } from "@gluttony/model";
import pacote from "pacote";
import { withStaging } from "../staging.ts";
import { chooseVersion } from "./choose-version.ts";
import type { InstallPolicy } from "./policy.ts";
import { defaultRegistryLimits, registryAccess } from "./registry-access.ts";
import type { RegistryAddress } from "./registry-access.ts";
import { registryError } from "./registry-error.ts";

/** How a package stands in a registry now. */
export interface PublishedStanding {
  /** The newest version that the policy's age lets in; null where there is none. Never a pre-release. */
  readonly newest: string | null;
  readonly versions: ReadonlyMap<string, PublishedVersion>;
}

/** One version, as the registry offers it. */
export interface PublishedVersion {
  /** What its file hashes to, as npm writes it; null where the registry does not say. */
  readonly integrity: string | null;
  /** What its author says against using it, in one printable line; null where nothing is said. */
  readonly deprecated: string | null;
}

/** How a registry is asked. */
export interface StandingQuestion {
  readonly registry: RegistryAddress;
  readonly policy: InstallPolicy;
  readonly storeDir: string;
}

const noteCharactersMax = 200;

/** Asks a registry how a package stands; downloads nothing of it. Null when it is not published. Throws `plugin.registry_*`. */
export async function publishedStanding(
  name: string,
  { registry, policy, storeDir }: StandingQuestion,
): Promise<PublishedStanding | null> {
  return withStaging(storeDir, async (staging) => {
    const limits = defaultRegistryLimits;
    const access = registryAccess(registry, { policy, limits, cache: join(staging, "cache") });
    try {
      const { versions, time } = await pacote.packument(name, { ...access.options, fullMetadata: true });
      // A registry may leave everything out.
      const offered = new Map(
        Object.entries(versions ?? {}).map(([version, one]) => [version, versionOf(one)]),
      );
      const published = { name, versions: [...offered.keys()], times: { ...time } };
      return { newest: newestOf(published, policy), versions: offered };
    } catch (thrown) {
      const error = registryError(thrown, { plugin: name }, access.agent.refused());
      if (error.code === "plugin.not_published") return null;
      throw error;
    }
  });
}

function newestOf(published: Parameters<typeof chooseVersion>[0], policy: InstallPolicy): string | null {
  try {
    return chooseVersion(published, { range: "*", policy, nowMs: Date.now() });
  } catch (error) {
    if (error instanceof GluttonyError) return null;
    throw error;
  }
}

/** Everything in it is somebody else's word. */
function versionOf(offered: unknown): PublishedVersion {
  const deprecated: unknown = Reflect.get(Object(offered), "deprecated");
  const integrity: unknown = Reflect.get(Object(Reflect.get(Object(offered), "dist")), "integrity");
  const note = typeof deprecated === "string" ? deprecated.replaceAll(/\p{Cc}+/gu, " ").trim() : "";
  return {
    integrity: typeof integrity === "string" ? integrity : null,
    deprecated: note === "" ? null : note.slice(0, noteCharactersMax),
  };
}
