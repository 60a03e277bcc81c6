import { type Consumer, type Fault, GluttonyError } from "@gluttony/model";
import type { InspectedTable } from "./ports.ts";

/** Characters that Debezium's option `message.key.columns` cannot hold in a column's name. */
const notExpressible = /[\s,;:]/;

/**
 * Checks the source table against the consumer and answers the columns of the record's key, or null when the primary key
 * is it. A key beyond the replica identity is refused: the key of a delete would hold invented values, and ordering by it
 * would mix up subjects. Pure; throws `connect.table_missing`, `connect.rejected`, `consumer.invalid`,
 * `connect.replica_identity`, `source.table_rights`.
 */
export function keyColumnsOf(consumer: Consumer, table: InspectedTable): readonly string[] | null {
  const name = `${consumer.source?.schema ?? ""}.${consumer.source?.table ?? ""}`;
  if (!table.exists) throw new GluttonyError("connect.table_missing", { table: name });
  if (table.walLevel !== undefined && table.walLevel !== "logical") {
    throw new GluttonyError("connect.rejected", { wal_level: table.walLevel, expected: "logical" });
  }
  // Debezium would try again for ever, and say all the time that it runs.
  if (table.canRead === false) throw new GluttonyError("source.table_rights", { table: name });
  requireColumns(consumer.globalKey, table);
  const carried = new Set(table.replicaIdentity === "f" ? table.columns : table.identityColumns);
  const missing = consumer.globalKey.filter((column) => !carried.has(column));
  const claimsFull = consumer.delivery.replicaIdentity === "full" && table.replicaIdentity !== "f";
  if (missing.length > 0 || claimsFull) {
    const facts = { table: name, replica_identity: table.replicaIdentity, columns_missing: missing };
    throw new GluttonyError("connect.replica_identity", facts);
  }
  const isPrimaryKey = sameColumns(consumer.globalKey, table.primaryKey);
  return consumer.globalKey.length === 0 || isPrimaryKey ? null : consumer.globalKey;
}

function requireColumns(globalKey: readonly string[], { columns }: InspectedTable): void {
  const faults: Fault[] = globalKey.flatMap((column, index) => {
    const path = `global_key[${index}]`;
    if (!columns.includes(column)) return [{ path, message: "The table has no such column." }];
    if (notExpressible.test(column))
      return [{ path, message: "Debezium cannot use a column of this name as a key." }];
    return [];
  });
  if (faults.length > 0) throw new GluttonyError("consumer.invalid", { faults: faults.length }, { faults });
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((column) => other.includes(column));
}
