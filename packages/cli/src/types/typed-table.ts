import type { ColumnForm } from "@gluttony/sdk/codecs";

/** One column of a captured table, as its row type is to say it. */
export interface TypedColumn {
  readonly name: string;
  readonly form: ColumnForm;
  readonly isNullable: boolean;
  /** Whether a change may lack it: the log leaves out large values that did not change. */
  readonly mayBeAbsent: boolean;
}

/** One captured table. */
export interface TypedTable {
  /** `schema.table`, or `database.table` where there is no schema. */
  readonly name: string;
  readonly columns: readonly TypedColumn[];
}
