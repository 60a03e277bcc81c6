import { type PluginStanding, type ReleaseStanding, usersOf } from "@gluttony/core";

/** `active`, else `pinned` for some consumers, else `shadow` of some, else `previous` of one that serves, else `installed`. */
export type ReleaseState = "active" | "pinned" | "shadow" | "previous" | "installed";

/** What a release is to those who use its plugin. Pure. */
export function releaseStateOf(
  standing: PluginStanding,
  { version, isActive }: Pick<ReleaseStanding, "version" | "isActive">,
): ReleaseState {
  if (isActive) return "active";
  const users = usersOf(standing);
  if (users.some(({ pin }) => pin?.version === version)) return "pinned";
  if (users.some(({ shadow }) => shadow === version)) return "shadow";
  const isPrevious =
    standing.releases.some((one) => one.isActive && one.previous === version) ||
    users.some(({ pin }) => pin?.previous === version);
  return isPrevious ? "previous" : "installed";
}

/** Whether records may go to the release. */
export function isServing(state: ReleaseState): boolean {
  return state === "active" || state === "pinned";
}

/** The state of a release among how plugins stand; one that nobody knows serves nobody. Pure. */
export function stateAmong(
  standings: readonly PluginStanding[],
  release: { readonly package: string; readonly version: string },
): ReleaseState {
  const standing = standings.find((one) => one.package === release.package);
  const found = standing?.releases.find(({ version }) => version === release.version);
  return standing === undefined || found === undefined ? "installed" : releaseStateOf(standing, found);
}
