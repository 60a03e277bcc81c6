import type { FailureKind } from "@gluttony/sdk";

const kinds = [
  "transient",
  "ambiguous",
  "record",
  "auth",
  "config",
] as const satisfies readonly FailureKind[];

/** A word that a newer host wrote reads as the kind that asks for a person. */
export function failureKindOf(text: string): FailureKind {
  return kinds.find((kind) => kind === text) ?? "record";
}
