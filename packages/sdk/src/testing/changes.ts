import type { Change, ChangeSource, Operation, Row } from "../change.ts";
import type { RecordCoordinates } from "../record.ts";
import { placeOf, transactionOf } from "./source-place.ts";

/** A kind of database, by the name of Debezium's connector. */
export type Connector = "postgresql" | "sqlserver" | "oracle" | "mysql" | "mariadb";

/** The table whose changes are built. */
export interface TableOfChanges {
  readonly table: string;
  /** By default what the connector has: `public`, `dbo`, `TEST`; MySQL and MariaDB have none. */
  readonly schema?: string;
  /** The columns of the record key; none for a table without a key. */
  readonly keyColumns: readonly string[];
  /** PostgreSQL by default. */
  readonly connector?: Connector;
  /** `test` by default. */
  readonly database?: string;
}

/** What Kafka holds after a delete: a key without a value. No handler sees it; the host counts it as filtered. */
export interface Tombstone {
  readonly notAChange: "tombstone";
  readonly key: Row | null;
  readonly coordinates: RecordCoordinates;
}

/** Makes changes of one table as the codec would give them, each at the next offset and log position. */
export class ChangeBuilder {
  readonly #table: TableOfChanges;
  #offset = 0n;

  constructor(table: TableOfChanges) {
    this.#table = table;
  }

  insert(after: Row): Change {
    return this.#change("insert", null, after);
  }

  /**
   * Without `before` it is an update under PostgreSQL's default replica identity. `unavailable` names columns of
   * `after` whose value the log left out, as it does for large values that did not change: they are absent.
   */
  update(after: Row, before: Row | null = null, unavailable: readonly string[] = []): Change {
    const carried = Object.entries(after).filter(([column]) => !unavailable.includes(column));
    const change = this.#change("update", before, Object.fromEntries(carried));
    return { ...change, unavailable: new Set(unavailable) };
  }

  /** With only the key columns in `before` it is a delete under the default replica identity. */
  delete(before: Row): Change {
    return this.#change("delete", before, null);
  }

  snapshot(after: Row): Change {
    return this.#change("snapshot", null, after);
  }

  truncate(): Change {
    return this.#change("truncate", null, null);
  }

  /** A changed key, as Debezium writes it: the old key is deleted and buried, the new one inserted. */
  keyChange(before: Row, after: Row): readonly [Change, Tombstone, Change] {
    return [this.delete(before), this.tombstone(before), this.insert(after)];
  }

  /** What follows a delete of this row in the topic. */
  tombstone(row: Row): Tombstone {
    this.#offset += 1n;
    const key = keyOf(row, this.#table.keyColumns);
    return { notAChange: "tombstone", key, coordinates: this.#coordinates() };
  }

  #change(operation: Operation, before: Row | null, after: Row | null): Change {
    this.#offset += 1n;
    const row = after ?? before;
    return {
      operation,
      key: row === null ? null : keyOf(row, this.#table.keyColumns),
      before,
      after,
      source: sourceOf(this.#table, operation, this.#offset),
      coordinates: this.#coordinates(),
      unavailable: new Set(),
    };
  }

  #coordinates(): RecordCoordinates {
    return { topic: `test.${this.#table.table}`, partition: 0, offset: this.#offset };
  }
}

/** Builds changes of one table for a handler's tests. */
export function changesOf(table: TableOfChanges): ChangeBuilder {
  return new ChangeBuilder(table);
}

function keyOf(row: Row, columns: readonly string[]): Row | null {
  if (columns.length === 0) return null;
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}

const schemas: { readonly [connector in Connector]: string | null } = {
  postgresql: "public",
  sqlserver: "dbo",
  oracle: "TEST",
  mysql: null,
  mariadb: null,
};

/** Times and positions grow with the offset and never come from the clock, so that a test repeats exactly. */
function sourceOf(table: TableOfChanges, operation: Operation, offset: bigint): ChangeSource {
  const { connector = "postgresql", database = "test" } = table;
  return {
    connector,
    name: "test",
    database,
    schema: table.schema ?? schemas[connector],
    table: table.table,
    committedAtMs: Date.UTC(2026, 0, 1) + Number(offset) * 1_000,
    position: placeOf(connector, offset),
    isSnapshot: operation === "snapshot",
    ...(operation === "snapshot" ? { snapshot: "row" } : {}),
    transactionId: transactionOf(connector, offset),
  };
}
