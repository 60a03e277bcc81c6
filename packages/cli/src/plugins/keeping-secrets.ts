import type { Releases } from "@gluttony/core";

/**
 * Releases of which a second install of the same version keeps the secrets that were granted before: whoever installs over the
 * admin API cannot say where secrets lie, and does not take them away either.
 */
export function keepingSecrets(releases: Releases): Releases {
  return {
    ...releases,
    install: async (release, installation) => {
      const { package: name, version } = release;
      const known = (await releases.list()).find((one) => one.package === name && one.version === version);
      const grantedSecrets = { ...known?.grantedSecrets, ...release.grantedSecrets };
      await releases.install({ ...release, grantedSecrets }, installation);
    },
  };
}
