import { GluttonyError } from "@gluttony/model";

/** The strong ETag of a row. */
export function etagOf(revision: bigint): string {
  return `"${revision}"`;
}

/**
 * The revision that a writer saw, from If-Match. Throws `consumer.revision_required` when it is missing, or is
 * `*`, which says nothing of what the writer saw; throws `consumer.stale_revision` for a tag that is none of ours.
 */
export function seenRevision(ifMatch: string | undefined): bigint {
  const header = (ifMatch ?? "").trim();
  if (header === "" || header === "*") throw new GluttonyError("consumer.revision_required");
  const digits = /^"(\d{1,19})"$/.exec(header)?.[1];
  // Weak tags and lists never match strongly one revision.
  if (digits === undefined) throw new GluttonyError("consumer.stale_revision", { seen: "not a tag of ours" });
  return BigInt(digits);
}

/** Whether If-None-Match says that the reader holds this revision already. */
export function isUnchanged(ifNoneMatch: string | undefined, revision: bigint): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etagOf(revision));
}
