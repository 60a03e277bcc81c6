import { type Code, GluttonyError } from "@gluttony/model";

/** The strong ETag of a row. */
export function etagOf(revision: bigint): string {
  return `"${revision}"`;
}

/** The codes of a missing and of an old revision. */
export interface RevisionCodes {
  readonly missing: Code;
  readonly stale: Code;
}

const ofConsumers: RevisionCodes = {
  missing: "consumer.revision_required",
  stale: "consumer.stale_revision",
};

/**
 * The revision that a writer saw, from If-Match. Throws the code `missing` when it is not there, or is `*`, which says
 * nothing of what the writer saw; throws `stale` for a tag that is none of ours.
 */
export function seenRevision(ifMatch: string | undefined, codes: RevisionCodes = ofConsumers): bigint {
  const header = (ifMatch ?? "").trim();
  if (header === "" || header === "*") throw new GluttonyError(codes.missing);
  const digits = /^"(\d{1,19})"$/.exec(header)?.[1];
  // Weak tags and lists never match strongly one revision.
  if (digits === undefined) throw new GluttonyError(codes.stale, { seen: "not a tag of ours" });
  return BigInt(digits);
}
