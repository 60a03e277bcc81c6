import type { KeptRevision } from "../revision-ports.ts";
import { differencesOf, type FieldChange } from "../revisions/differences.ts";
import { fieldsOf, keptColumns } from "../revisions/fields.ts";

/** A revision in a list. */
export interface RevisionLine {
  readonly revision: string;
  readonly at: string;
  readonly actor: string;
  readonly operation: string;
  readonly reason: string | null;
  /** JSON pointers of the fields that it changed. */
  readonly changed: readonly string[];
}

export function revisionLine(kept: KeptRevision): RevisionLine {
  return { ...headOf(kept), changed: changesOf(kept).map(({ pointer }) => pointer) };
}

/** One revision with its columns; a connection string is only its kind. */
export interface RevisionView extends Omit<RevisionLine, "changed"> {
  readonly columns: { readonly [column: string]: unknown } | null;
  readonly changes: readonly FieldChange[];
}

export function revisionView(kept: KeptRevision): RevisionView {
  return { ...headOf(kept), columns: keptColumns(kept.row), changes: changesOf(kept) };
}

function headOf({ revision, at, actor, operation, reason }: KeptRevision): Omit<RevisionLine, "changed"> {
  return { revision: String(revision), at: at.toISOString(), actor, operation, reason };
}

function changesOf({ row, rowBefore }: KeptRevision): readonly FieldChange[] {
  return differencesOf(fieldsOf(keptColumns(rowBefore)), fieldsOf(keptColumns(row)));
}
