import type { RecordCoordinates } from "./record.ts";

/**
 * What happened to the row. `snapshot` is a row that existed before the connector began to follow the log
 * (Debezium's `op` `r`); `truncate` concerns the whole table and has no row.
 */
export type Operation = "snapshot" | "insert" | "update" | "delete" | "truncate";

/**
 * One column's value without loss: integers beyond 2^53 are `bigint`, decimals are {@link Decimal},
 * bytes are `Uint8Array`, dates and times are ISO 8601 text without an invented zone.
 */
export type ColumnValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Decimal
  | readonly ColumnValue[]
  | { readonly [name: string]: ColumnValue };

/** A row as column name to value. A column the log does not carry is absent, never null. */
export type Row = { readonly [column: string]: ColumnValue };

/** An exact decimal number: `unscaled` × 10^−`scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
  toString(): string;
}

/** Where and when the change happened in the source database (Debezium's `source` block). */
export interface ChangeSource {
  /** Debezium's name of the connector type, for example `postgresql`. */
  readonly connector: string;
  /** The connector's `topic.prefix`. */
  readonly name: string;
  readonly database: string;
  readonly schema: string | null;
  readonly table: string;
  /** Commit or statement time at the database, milliseconds since the epoch, as far as the connector knows. */
  readonly committedAtMs: number | null;
  /** Place in the database's log, comparable only within one connector and one database. */
  readonly position: SourcePosition | null;
  readonly isSnapshot: boolean;
  readonly transactionId: string | null;
}

/** A comparable place in a database log; its parts compare from the left. */
export interface SourcePosition {
  readonly kind: "postgresql";
  readonly parts: readonly bigint[];
}

/** One decoded database change, as a handler sees it. */
export interface Change<R extends Row = Row> {
  readonly operation: Operation;
  /** The key columns of the row; null for a table without a key and for `truncate`. */
  readonly key: Row | null;
  /**
   * The row before, or null. With PostgreSQL's default replica identity only the key columns of it are data,
   * and only those are kept.
   */
  readonly before: Partial<R> | null;
  readonly after: R | null;
  readonly source: ChangeSource;
  readonly coordinates: RecordCoordinates;
  /** Columns that changed but whose value the log did not carry (unchanged TOAST columns). */
  readonly unavailable: ReadonlySet<string>;
}
