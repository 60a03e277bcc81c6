import { join } from "node:path";
import { GluttonyError } from "@gluttony/model";
import type { InstallCollaborators, Installed, InstallSettings } from "./install-from-file.ts";
import { installFromFile } from "./install-from-file.ts";
import { noWatch } from "./install-step.ts";
import { refuseLookAlike } from "./look-alike.ts";
import { ruleFor } from "./registry/policy.ts";
import type { InstallPolicy } from "./registry/policy.ts";
import { defaultRegistryLimits, registryAccess } from "./registry/registry-access.ts";
import type { RegistryAddress, RegistryLimits } from "./registry/registry-access.ts";
import { downloadPackage, offeredPackage } from "./registry/registry-package.ts";
import { withStaging } from "./staging.ts";

/** What is asked of a registry. */
export interface RegistryWish {
  readonly name: string;
  /** An exact version or a range, which is settled once. */
  readonly range: string;
  readonly registry: RegistryAddress;
  readonly policy: InstallPolicy;
  readonly limits?: RegistryLimits;
}

/**
 * Installs a package from a registry: policy and name first, then the exact version, its age and whatever the policy wants
 * verified, then the file against its integrity; from there on as `installFromFile`. Throws GluttonyError (`plugin.*`);
 * nothing is left behind then.
 */
export async function installFromRegistry(
  wish: RegistryWish,
  collaborators: InstallCollaborators,
  settings: InstallSettings,
): Promise<Installed> {
  const { name, range, policy, registry, limits = defaultRegistryLimits } = wish;
  const { onStep = noWatch } = settings;
  const rule = ruleFor(name, policy);
  if (rule === undefined) throw new GluttonyError("plugin.not_allowed", { plugin: name });
  const known = await collaborators.releases.list();
  // A rule for exactly this name is a person's word that the name is meant.
  if (rule.match !== name) refuseLookAlike(name, [...new Set(known.map((release) => release.package))]);
  return withStaging(settings.storeDir, async (staging) => {
    const access = registryAccess(registry, { policy, limits, cache: join(staging, "cache") });
    const offered = await offeredPackage({ name, range, rule, policy, nowMs: Date.now() }, access);
    await onStep("offered");
    const file = join(staging, "offered.tgz");
    await downloadPackage(offered, file, access);
    await onStep("downloaded");
    return installFromFile(file, collaborators, {
      ...settings,
      expected: offered,
      verification: { from: registry.url, level: rule.level },
    });
  });
}
