import { type Fault, isNamedSecret } from "@gluttony/model";

/** What a writer means by the value of a secret: undefined keeps, null clears. */
export type WantedSecret = { readonly value: string | null | undefined } | { readonly fault: Fault };

const masks = /^[*•]{3,}$/u;

/** Whether a text is what stands for a secret, sent back by somebody who did not mean to change it. Pure. */
export function isMask(text: string): boolean {
  return masks.test(text);
}

const elsewhere = /^(?:enc:|\$\{)/;

/**
 * Decides what becomes of a secret. Left out, or a mask that was shown and comes back, means the one there is. Envelopes would let a
 * writer move another's secret here, and references would not be followed, so both are refused. Pure.
 */
export function wantedSecret(
  name: string,
  written: string | null | undefined,
  exists: boolean,
): WantedSecret {
  if (!isNamedSecret(name)) return faultAt("/name", "Must be 1 to 63 of a-z, 0-9 and hyphen.", "emr-reader");
  if (written === undefined || (written !== null && isMask(written)))
    return exists
      ? { value: undefined }
      : faultAt("/value", "Nothing is stored that could be kept.", "The secret itself, or null.");
  if (written !== null && elsewhere.test(written))
    return faultAt("/value", "An envelope or a reference is not a secret.", "The secret itself.");
  return { value: written };
}

function faultAt(path: string, message: string, suggestion: string): WantedSecret {
  return { fault: { path, message, suggestion } };
}
