/** How sure the origin of a package from a registry must be; each level asks for what the ones before it ask, too. */
export type VerificationLevel = "integrity" | "registry-signature" | "provenance" | "provenance+identity";

/** Every level, the weakest first. */
export const verificationLevels: readonly VerificationLevel[] = [
  "integrity",
  "registry-signature",
  "provenance",
  "provenance+identity",
];

/** Who must have built a package, as its provenance says. */
export interface PackageIdentity {
  /** Who vouches for the build's identity, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The repository's address. */
  readonly repository: string;
  /** The workflow's file in the repository. */
  readonly workflow: string;
  /** The git reference it ran for; one `*` stands for any text without a slash. */
  readonly ref: string;
}

/** What is asked of packages whose name matches. */
export interface PackageRule {
  /** A package's full name, or `@scope/*`. */
  readonly match: string;
  readonly level: VerificationLevel;
  /** Set for the level `provenance+identity`. */
  readonly identity: PackageIdentity | null;
}

/** A public key that a registry signs with. */
export interface RegistryKey {
  readonly keyid: string;
  /** SPKI in base64, as registries publish it. */
  readonly key: string;
  /** When it ceased to be used, in ISO 8601; null while it is. */
  readonly expires: string | null;
}

/** A registry that may be asked by its name, so that whoever asks for an install cannot send the host anywhere else. */
export interface NamedRegistry {
  readonly name: string;
  readonly url: string;
  /** Where its token lies: `${env:NAME}` or `${file:/path}`; null asks as nobody. */
  readonly token: string | null;
}

/** What may be installed from a registry. Whatever no rule matches is refused. */
export interface InstallPolicy {
  readonly packages: readonly PackageRule[];
  /** How old a release must be. */
  readonly minimumReleaseAgeHours: number;
  /** Names, or `@scope/*`, that may be younger. */
  readonly ageExemptions: readonly string[];
  /** Origins besides the registry's own that package files may come from. */
  readonly tarballOrigins: readonly string[];
  /** The registry's keys, pinned here: keys that come over the same wire as the package prove nothing. */
  readonly registryKeys: readonly RegistryKey[];
  /** Registries that have a name here; left out for none. Over the admin API only these are asked. */
  readonly registries?: readonly NamedRegistry[];
}

/** The first rule that matches a name; undefined when the package may not be installed. */
export function ruleFor(name: string, { packages }: InstallPolicy): PackageRule | undefined {
  return packages.find(({ match }) => matchesName(name, match));
}

/** Whether a package may be installed at all. */
export function isAllowed(name: string, policy: InstallPolicy): boolean {
  return ruleFor(name, policy) !== undefined;
}

/** Whether a name is the one meant, or lies in the scope meant. */
export function matchesName(name: string, match: string): boolean {
  return match.endsWith("/*") ? name.startsWith(match.slice(0, -1)) : name === match;
}

/** Whether a level asks for what another one asks. */
export function includesLevel(level: VerificationLevel, wanted: VerificationLevel): boolean {
  return verificationLevels.indexOf(level) >= verificationLevels.indexOf(wanted);
}
