import type { Change, ChangeSource, Operation, Row } from "../change.ts";

/** The table whose changes are built. */
export interface TableOfChanges {
  readonly table: string;
  readonly schema?: string;
  /** The columns of the record key; none for a table without a key. */
  readonly keyColumns: readonly string[];
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

  /** Without `before` it is an update under the default replica identity. */
  update(after: Row, before: Row | null = null): Change {
    return this.#change("update", before, after);
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

  #change(operation: Operation, before: Row | null, after: Row | null): Change {
    this.#offset += 1n;
    const row = after ?? before;
    return {
      operation,
      key: row === null ? null : keyOf(row, this.#table.keyColumns),
      before,
      after,
      source: sourceOf(this.#table, operation, this.#offset),
      coordinates: { topic: `test.${this.#table.table}`, partition: 0, offset: this.#offset },
      unavailable: new Set(),
    };
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

/** Times and positions grow with the offset and never come from the clock, so that a test repeats exactly. */
function sourceOf(table: TableOfChanges, operation: Operation, offset: bigint): ChangeSource {
  return {
    connector: "postgresql",
    name: "test",
    database: "test",
    schema: table.schema ?? "public",
    table: table.table,
    committedAtMs: Date.UTC(2026, 0, 1) + Number(offset) * 1_000,
    position: { kind: "postgresql", parts: [offset, offset] },
    isSnapshot: operation === "snapshot",
    transactionId: String(offset),
  };
}
