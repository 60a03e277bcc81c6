import pacote from "pacote";
import { verify } from "sigstore";
import type { Bundle } from "sigstore";
import { GluttonyError } from "@gluttony/model";
import { chooseVersion } from "./choose-version.ts";
import { includesLevel } from "./policy.ts";
import type { InstallPolicy, PackageIdentity, PackageRule } from "./policy.ts";
import { identityPattern, provenanceIn } from "./provenance.ts";
import type { Attestation } from "./provenance.ts";
import type { RegistryAccess } from "./registry-access.ts";
import { registryError } from "./registry-error.ts";

/** One exact version as a registry offers it, after everything that its rule asks for was verified. */
export interface OfferedPackage {
  readonly name: string;
  readonly version: string;
  /** What its file must hash to; always sha512. */
  readonly integrity: string;
}

/** What is wanted of a registry. */
export interface PackageWish {
  readonly name: string;
  /** An exact version or a range. */
  readonly range: string;
  readonly rule: PackageRule;
  readonly policy: InstallPolicy;
  readonly nowMs: number;
}

/** Asks a registry for a package, settles the exact version, and verifies what its rule asks for. */
export async function offeredPackage(wish: PackageWish, access: RegistryAccess): Promise<OfferedPackage> {
  const facts = { plugin: wish.name, range: wish.range };
  try {
    const packument = await pacote.packument(`${wish.name}@${wish.range}`, {
      ...access.options,
      fullMetadata: true,
    });
    const versions = Object.keys(packument.versions ?? {});
    const published = { name: wish.name, versions, times: { ...packument.time } };
    const version = chooseVersion(published, wish);
    return await verified(wish, version, access);
  } catch (thrown) {
    throw registryError(thrown, facts, access.agent.refused());
  }
}

/** Downloads the file of an offered package. Throws `plugin.integrity_wrong` for any other content. */
export async function downloadPackage(
  { name, version, integrity }: OfferedPackage,
  file: string,
  access: RegistryAccess,
): Promise<void> {
  try {
    await pacote.tarball.file(`${name}@${version}`, file, { ...access.options, integrity });
  } catch (thrown) {
    throw registryError(thrown, { plugin: name, version }, access.agent.refused());
  }
}

async function verified(wish: PackageWish, version: string, access: RegistryAccess): Promise<OfferedPackage> {
  const { name, rule, policy } = wish;
  const facts = { plugin: name, version };
  const plain = await manifestOf(`${name}@${version}`, access);
  if (plain.name !== name || plain.version !== version)
    throw new GluttonyError("plugin.metadata_mismatch", facts);
  const integrity = sha512In(plain.dist?.integrity);
  if (integrity === null) throw new GluttonyError("plugin.integrity_missing", facts);
  const needsSignature = includesLevel(rule.level, "registry-signature");
  const needsProvenance = includesLevel(rule.level, "provenance");
  // Absent is a failure: the verifier is content with a package that has neither.
  if (needsSignature && listOf(plain.dist?.signatures).length === 0)
    throw new GluttonyError("plugin.signature_missing", facts);
  if (needsSignature && policy.registryKeys.length === 0)
    throw new GluttonyError("plugin.signature_key_unknown", { ...facts, seen: "no key is pinned" });
  if (needsProvenance && plain.dist?.attestations === undefined)
    throw new GluttonyError("plugin.provenance_missing", facts);
  if (needsSignature) {
    const checked = await manifestOf(`${name}@${version}`, access, {
      verifySignatures: true,
      verifyAttestations: needsProvenance,
    });
    if (needsProvenance) await verifyIdentity(listOf(checked._attestationBundles), rule.identity, facts);
  }
  return { name, version, integrity };
}

/** Whoever signed the provenance must be who is pinned. Without a pin any provenance that is verified will do. */
async function verifyIdentity(
  attestations: readonly unknown[],
  identity: PackageIdentity | null,
  facts: { readonly plugin: string; readonly version: string },
): Promise<void> {
  const provenance = provenanceIn(attestations.filter(isAttestation));
  if (provenance.length === 0) throw new GluttonyError("plugin.provenance_missing", facts);
  if (identity === null) return;
  const pinned = {
    certificateIssuer: identity.issuer,
    certificateIdentityURI: identityPattern(identity),
  };
  for (const { bundle } of provenance) {
    try {
      await verify(bundle as Bundle, pinned);
    } catch (cause) {
      throw new GluttonyError(
        "plugin.identity_wrong",
        { ...facts, repository: identity.repository },
        { cause },
      );
    }
  }
}

/** What is used of a version's entry; everything in it is somebody else's word. */
interface OfferedManifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly dist?: {
    readonly integrity?: unknown;
    readonly signatures?: unknown;
    readonly attestations?: unknown;
  };
  readonly _attestationBundles?: unknown;
}

async function manifestOf(
  spec: string,
  { options }: RegistryAccess,
  checks: { readonly verifySignatures?: boolean; readonly verifyAttestations?: boolean } = {},
): Promise<OfferedManifest> {
  const asked = { ...options, fullMetadata: true, ...checks } as const;
  return pacote.manifest(spec, asked);
}

function sha512In(integrity: unknown): string | null {
  const [, found] = /(?:^|\s)(sha512-[A-Za-z0-9+/]{86}==)(?:$|\s)/.exec(String(integrity)) ?? [];
  return found ?? null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isAttestation(value: unknown): value is Attestation {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "predicateType") === "string"
  );
}
