import { type Fault, MASK } from "@gluttony/model";
import type { ShownConnString } from "./schemas/consumers.ts";
import { isMask } from "./wanted-secret.ts";

const referencePattern = /^\$\{(env|file|secret):[^{}]+\}$/;
const envelopePrefix = "enc:";

/** What may be seen of a connection string: that there is one, and where its text is kept. Never the text. */
export function shownConnString(stored: string | null): ShownConnString | null {
  if (stored === null || stored === "") return null;
  if (referencePattern.test(stored)) return { kind: "reference", ref: stored };
  // A row written by plain SQL is clear until a host encrypts it.
  return { kind: stored.startsWith(envelopePrefix) ? "encrypted" : "clear" };
}

/** Whether a text is a reference to where a secret is kept. */
export function isReferenceText(text: string): boolean {
  return referencePattern.test(text);
}

/** The connection string to store. */
export type WantedConnString = { readonly value: string | null } | { readonly fault: Fault };

/**
 * Decides what a writer means. Left out, shown back or a mask means the stored one; null means none; a text is new.
 * Envelopes are refused: taken as they are, they would let a writer move one consumer's secret to another.
 */
export function wantedConnString(
  written: string | null | ShownConnString | undefined,
  stored: string | null,
): WantedConnString {
  if (written === undefined) return { value: stored };
  if (written === null) return { value: null };
  if (typeof written === "string" && !isMask(written)) return newConnString(written);
  if (typeof written === "string") return stored === null ? nothingStored() : { value: stored };
  if (written.kind === "reference") return newReference(written.ref);
  return shownConnString(stored)?.kind === written.kind ? { value: stored } : nothingStored();
}

function newConnString(text: string): WantedConnString {
  if (text.includes(MASK))
    return faultAt("A mask stands where the secret should.", "The whole string, or nothing.");
  if (!text.startsWith(envelopePrefix)) return { value: text };
  return faultAt("An encrypted envelope cannot be written.", "Write the connection string itself.");
}

function newReference(ref: string): WantedConnString {
  if (referencePattern.test(ref)) return { value: ref };
  return faultAt("Not a reference.", "${secret:name}");
}

function nothingStored(): WantedConnString {
  return faultAt("Nothing of this kind is stored that could be kept.", "Write the connection string itself.");
}

function faultAt(message: string, suggestion: string): WantedConnString {
  return { fault: { path: "conn_string", message, suggestion } };
}
