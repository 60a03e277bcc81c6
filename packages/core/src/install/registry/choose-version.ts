import { rcompare, valid } from "semver";
import { GluttonyError } from "@gluttony/model";
import { isInRange } from "../../activation/served-version.ts";
import { matchesName } from "./policy.ts";
import type { InstallPolicy } from "./policy.ts";

/** Hours by which a registry's clock may be ahead of ours. */
const skewHours = 1;
const hourMs = 3_600_000;

/** A registry's answer about a package, as far as choosing needs it. */
export interface PublishedVersions {
  readonly name: string;
  readonly versions: readonly string[];
  /** When each version was published, in ISO 8601; registries may leave it out. */
  readonly times: { readonly [version: string]: unknown };
}

/** What is wanted, and under which rules. */
export interface VersionWish {
  /** An exact version or a range. */
  readonly range: string;
  readonly policy: InstallPolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Chooses the exact version once: the highest in the range that is old enough; an exact one must be so itself. Pure.
 * Throws `plugin.version_not_published`, `plugin.too_young`, `plugin.age_unknown`.
 */
export function chooseVersion(published: PublishedVersions, wish: VersionWish): string {
  const { name: plugin, versions } = published;
  const { range } = wish;
  const inRange = versions.filter((version) => valid(version) !== null && isInRange(version, range));
  const [newest, ...older] = inRange.toSorted(rcompare);
  if (newest === undefined) throw new GluttonyError("plugin.version_not_published", { plugin, range });
  const chosen = [newest, ...older].find((version) => ageFault(version, published, wish) === null);
  if (chosen !== undefined) return chosen;
  const code = ageFault(newest, published, wish) ?? "plugin.too_young";
  const hoursMin = wish.policy.minimumReleaseAgeHours;
  throw new GluttonyError(code, { plugin, version: newest, hoursMin });
}

function ageFault(
  version: string,
  { name, times }: PublishedVersions,
  { policy, nowMs }: VersionWish,
): "plugin.too_young" | "plugin.age_unknown" | null {
  const { minimumReleaseAgeHours, ageExemptions } = policy;
  if (minimumReleaseAgeHours === 0 || ageExemptions.some((match) => matchesName(name, match))) return null;
  const time = Object.hasOwn(times, version) ? times[version] : undefined;
  const publishedMs = typeof time === "string" ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(publishedMs)) return "plugin.age_unknown";
  // A time in the future is a wrong clock, or somebody who plays with it: it never makes a release older.
  if (publishedMs > nowMs + skewHours * hourMs) return "plugin.age_unknown";
  return nowMs - publishedMs < minimumReleaseAgeHours * hourMs ? "plugin.too_young" : null;
}
