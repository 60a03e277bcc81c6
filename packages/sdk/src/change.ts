import type { RecordCoordinates } from "./record.ts";

/**
 * What happened to the row. `snapshot` is a row that existed before the connector began to follow the log
 * (Debezium's `op` `r`); `truncate` concerns the whole table and has no row; `upsert` is an insert or an update of a
 * flattened record that does not say which.
 */
export type Operation = "snapshot" | "insert" | "update" | "upsert" | "delete" | "truncate";

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

/** A row as column name to value. A column the log does not carry is absent, never null; no value is `undefined` itself. */
export type Row = { readonly [column: string]: ColumnValue | undefined };

/** An exact decimal number: `unscaled` × 10^−`scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
  toString(): string;
}

/** Where and when the change happened in the source database (Debezium's `source` block). */
export interface ChangeSource {
  /** Debezium's name of the connector type, for example `postgresql`; empty when a flattened row does not tell. */
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
  /** Which row of a snapshot it is; left out while streaming. */
  readonly snapshot?: SnapshotPhase;
  readonly transactionId: string | null;
}

/**
 * A place in a database's log; its parts compare from the left, within one database:
 * `postgresql` commit LSN, LSN · `sqlserver` commit LSN (two parts), change LSN (two parts), serial number ·
 * `oracle` commit SCN, SCN, place in the redo log (two parts), serial number · `mysql` and `mariadb` number of the binlog
 * file, offset, row.
 */
export interface SourcePosition {
  readonly kind: "postgresql" | "sqlserver" | "oracle" | "mysql" | "mariadb";
  readonly parts: readonly bigint[];
}

/**
 * Which row of a snapshot a change is, as far as the connector says: the first or last of all, of its table, any other, or
 * one of an incremental snapshot, which runs beside the stream. `last` is missing when the last tables are empty.
 */
export type SnapshotPhase = "first" | "first_in_table" | "row" | "last_in_table" | "last" | "incremental";

/** One half of a changed primary key: the delete of the old key (`old`), or the insert of the new one (`new`). */
export interface KeyChange {
  readonly role: "old" | "new";
  /** The key of the other half, as JSON gives it; null when the record does not say it readably. */
  readonly otherKey: Row | null;
}

/** The place of a change in its transaction, when the connector provides it (`provide.transaction.metadata`). */
export interface TransactionPlace {
  /** Among all changes of the transaction, from 1. */
  readonly totalOrder: number;
  /** Among those of its table, from 1. */
  readonly tableOrder: number;
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
  /** Columns whose value the log did not carry, because it is large and did not change. */
  readonly unavailable: ReadonlySet<string>;
  /**
   * Columns of `after` that are null and may be unavailable instead: the connector writes a null for either. Left out when
   * there are none; with replica identity FULL there never are any.
   */
  readonly doubtful?: ReadonlySet<string>;
  /** Left out unless the change is half of a changed primary key. */
  readonly keyChange?: KeyChange;
  /** Left out unless the connector provides it. */
  readonly transactionPlace?: TransactionPlace;
}
