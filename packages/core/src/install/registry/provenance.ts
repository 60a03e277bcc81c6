import type { PackageIdentity } from "./policy.ts";

/** One attestation as pacote hands it on after it was verified. */
export interface Attestation {
  readonly predicateType: string;
  readonly bundle: unknown;
}

/** The statement that says who built a package, from which source. */
const provenanceType = /^https:\/\/slsa\.dev\/provenance\/v\d+(?:\.\d+)?$/;

/** The attestations that are provenance; those of mere publication say nothing of the source. */
export function provenanceIn(attestations: readonly Attestation[]): readonly Attestation[] {
  return attestations.filter(({ predicateType }) => provenanceType.test(predicateType));
}

/**
 * The pattern that a certificate's name must match as a whole. The verifier takes it for a regular expression and would
 * be content with a part, so it is anchored and everything but the one `*` of the reference is taken literally.
 */
export function identityPattern({ repository, workflow, ref }: PackageIdentity): string {
  const [before = "", ...after] = ref.split("*");
  const reference = after.length === 0 ? literal(ref) : `${literal(before)}[^/]*${literal(after.join("*"))}`;
  return `^${literal(`${repository}/${workflow}@`)}${reference}$`;
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
