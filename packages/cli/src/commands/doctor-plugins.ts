import { createLog } from "../log.ts";
import type { Settings } from "../parse-environment.ts";
import { openStores } from "../stores.ts";
import { version } from "../version.ts";
import type { Finding } from "./finding.ts";
import { fenceFinding, fencesHere } from "../plugins/fences-here.ts";
import { isServing, stateAmong } from "../plugins/release-state.ts";

/**
 * Releases that serve and ask for more than a fence of this machine can give. None when the database cannot be asked, or cells cannot run at
 * all: that is a finding of its own.
 */
export async function pluginFindings(settings: Settings): Promise<readonly Finding[]> {
  if (settings.databaseUrl === null) return [];
  const stores = openStores(settings, createLog("silent", { service: "gluttony", version }));
  try {
    const fencesOf = fencesHere(settings);
    const [releases, names] = await Promise.all([stores.releases.list(), stores.plugins.packages()]);
    const standings = await Promise.all(names.map((name) => stores.plugins.standing(name)));
    return releases
      .filter((release) => isServing(stateAmong(standings, release)))
      .flatMap((release) => fenceFinding(release, fencesOf(release)) ?? []);
  } catch {
    return [];
  } finally {
    await stores.pool.close();
  }
}
