import { GluttonyError } from "@gluttony/model";
import type { Code, Facts } from "@gluttony/model";

/** What the errors of pacote mean here, by their codes. */
const codeOfError: { readonly [code: string]: Code } = {
  E401: "plugin.registry_login_refused",
  E403: "plugin.registry_login_refused",
  EOTP: "plugin.registry_login_refused",
  E404: "plugin.not_published",
  E410: "plugin.not_published",
  ETARGET: "plugin.version_not_published",
  EINTEGRITY: "plugin.integrity_wrong",
  EMANIFESTMISMATCH: "plugin.metadata_mismatch",
  EMISSINGSIGNATUREKEY: "plugin.signature_key_unknown",
  EEXPIREDSIGNATUREKEY: "plugin.signature_key_expired",
  EINTEGRITYSIGNATURE: "plugin.signature_wrong",
  EATTESTATIONSUBJECT: "plugin.provenance_of_another",
  EATTESTATIONVERIFY: "plugin.provenance_unverified",
  ERR_INVALID_PROTOCOL: "plugin.origin_refused",
};

/**
 * Translates what pacote throws. The message is never passed on: it may hold an address with a token. `refused` is the
 * origin that was asked for and not allowed.
 */
export function registryError(thrown: unknown, facts: Facts, refused: string | null): GluttonyError {
  if (thrown instanceof GluttonyError) return thrown;
  if (refused !== null)
    return new GluttonyError("plugin.origin_refused", { ...facts, origin: refused }, { cause: thrown });
  const seen = codeIn(thrown);
  const code =
    codeOfError[seen] ?? (isUnreadable(thrown) ? "plugin.metadata_invalid" : "plugin.registry_unreachable");
  return new GluttonyError(code, { ...facts, seen }, { cause: thrown });
}

function codeIn(thrown: unknown): string {
  if (thrown instanceof Error && "code" in thrown && typeof thrown.code === "string") return thrown.code;
  return thrown instanceof Error ? thrown.name : typeof thrown;
}

function isUnreadable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown instanceof SyntaxError || thrown instanceof TypeError || /invalid json/i.test(thrown.message);
}
