import type { Fault } from "@gluttony/model";
import type { ShownConnString } from "./schemas/consumers.ts";

const referencePattern = /^\$\{(env|file):[^{}]+\}$/;
const envelopePrefix = "enc:";

/** What may be seen of a connection string: that there is one, and where its text is kept. Never the text. */
export function shownConnString(stored: string | null): ShownConnString | null {
  if (stored === null || stored === "") return null;
  if (referencePattern.test(stored)) return { kind: "reference", ref: stored };
  // A row written by plain SQL is clear until a host encrypts it.
  return { kind: stored.startsWith(envelopePrefix) ? "encrypted" : "clear" };
}

/** The connection string to store. */
export type WantedConnString = { readonly value: string | null } | { readonly fault: Fault };

/**
 * Decides what a writer means. Left out or shown back means the stored one; null means none; a text is new.
 * Envelopes are refused: taken as they are, they would let a writer move one consumer's secret to another.
 */
export function wantedConnString(
  written: string | null | ShownConnString | undefined,
  stored: string | null,
): WantedConnString {
  if (written === undefined) return { value: stored };
  if (written === null) return { value: null };
  if (typeof written === "string") return newConnString(written);
  if (written.kind === "reference") return newReference(written.ref);
  return shownConnString(stored)?.kind === written.kind ? { value: stored } : nothingStored();
}

function newConnString(text: string): WantedConnString {
  if (!text.startsWith(envelopePrefix)) return { value: text };
  return faultAt("An encrypted envelope cannot be written.", "Write the connection string itself.");
}

function newReference(ref: string): WantedConnString {
  if (referencePattern.test(ref)) return { value: ref };
  return faultAt("Not a reference.", "${env:NAME}");
}

function nothingStored(): WantedConnString {
  return faultAt("Nothing of this kind is stored that could be kept.", "Write the connection string itself.");
}

function faultAt(message: string, suggestion: string): WantedConnString {
  return { fault: { path: "conn_string", message, suggestion } };
}
