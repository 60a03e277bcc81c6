import type { ConfigDeed, Fault } from "@gluttony/model";
import type { FieldChange } from "./field-changes.ts";

/**
 * What becomes of what runs: begins, ends, begins anew, goes on with another handler, reads another topic or as
 * another group, or notices nothing.
 */
export const planEffects = ["start", "stop", "restart", "in place", "re-read", "none"] as const;
export type PlanEffect = (typeof planEffects)[number];

export const planKinds = ["consumer", "plugin", "user"] as const;
export type PlanKind = (typeof planKinds)[number];

/** One object that a document would make, change or delete. */
export interface PlannedChange {
  readonly kind: PlanKind;
  readonly name: string;
  readonly do: "create" | "change" | "delete";
  /** Where in the document. */
  readonly pointer: string;
  readonly fields: readonly FieldChange[];
  readonly effect: PlanEffect;
}

/** What a section of a document comes to. */
export interface PlannedSection {
  readonly changes: readonly PlannedChange[];
  readonly deeds: readonly ConfigDeed[];
  /** Objects that are as the document says. */
  readonly unchanged: number;
  /** Objects that the document does not name, and that stay. */
  readonly left: readonly { readonly kind: PlanKind; readonly name: string }[];
  /** Paths are JSON pointers into the document. */
  readonly faults: readonly Fault[];
  readonly warnings: readonly { readonly pointer: string; readonly message: string }[];
}

/** How a document is meant. */
export interface PlanOptions {
  /** Also deletes what the document does not name, within the sections that it has. */
  readonly prune: boolean;
  /** Whether a person without an account asks, who administers only as long as nobody has one. */
  readonly isWithoutAccount: boolean;
}

/** What one object comes to; several make a section. */
export type PlannedObject = Partial<PlannedSection>;

export function sectionOf(objects: readonly PlannedObject[]): PlannedSection {
  return {
    changes: objects.flatMap(({ changes }) => changes ?? []),
    deeds: objects.flatMap(({ deeds }) => deeds ?? []),
    unchanged: objects.reduce((sum, { unchanged }) => sum + (unchanged ?? 0), 0),
    left: objects.flatMap(({ left }) => left ?? []),
    faults: objects.flatMap(({ faults }) => faults ?? []),
    warnings: objects.flatMap(({ warnings }) => warnings ?? []),
  };
}
