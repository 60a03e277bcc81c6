import { type SourceFinding, fine } from "./source-finding.ts";

/** What the checks of every database but PostgreSQL want to know of the table. */
export interface TableSeen {
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
}

export interface TableWish {
  readonly schema: string;
  readonly table: string;
  readonly globalKey: readonly string[];
}

/** Whether the table is there, and its columns carry the key. `replaced` says how to make the deletes carry it. Pure. */
export function judgeTable(seen: TableSeen, wish: TableWish): readonly SourceFinding[] {
  const name = `${wish.schema}.${wish.table}`;
  if (seen.columns.length === 0) {
    const reason = `There is no table ${name}, or the login may not see it.`;
    const remedy =
      "Write capture_schema and capture_table as the source has them, in capitals and small letters.";
    return [
      { check: "source.table", severity: "blocking", reason, facts: { table: name }, remedy, sql: null },
    ];
  }
  return [
    fine("source.table", `The table ${name} is there.`, { table: name }),
    primaryKey(seen, wish),
    keyColumns(seen, wish),
  ];
}

function primaryKey(seen: TableSeen, wish: TableWish): SourceFinding {
  const facts = { primary_key: [...seen.primaryKey] };
  if (seen.primaryKey.length > 0)
    return fine("source.primary_key", `The primary key is ${seen.primaryKey.join(", ")}.`, facts);
  const reason =
    "The table has no primary key: records have no key of their own, and an incremental snapshot cannot read it.";
  const severity = wish.globalKey.length > 0 ? "warning" : "blocking";
  const sql = `ALTER TABLE ${wish.schema}.${wish.table} ADD PRIMARY KEY (…);`;
  return {
    check: "source.primary_key",
    severity,
    reason,
    facts,
    remedy: "Add one, or name global_key.",
    sql,
  };
}

function keyColumns(seen: TableSeen, wish: TableWish): SourceFinding {
  const unknown = wish.globalKey.filter((column) => !seen.columns.includes(column));
  const facts = { global_key: [...wish.globalKey], columns_missing: unknown };
  if (unknown.length === 0)
    return fine("source.replica_identity", "The log carries every column of the key.", facts);
  const reason = `${wish.schema}.${wish.table} has no column ${unknown.join(", ")}, which global_key names.`;
  const remedy = "Write global_key as the table's columns are called.";
  return { check: "source.replica_identity", severity: "blocking", reason, facts, remedy, sql: null };
}
