import { grantStatement } from "./postgres-server.ts";
import type { PostgresFacts, PostgresWish } from "./postgres-facts.ts";
import { type SourceCheckName, type SourceFinding, fine, quoted } from "./source-finding.ts";

const nameOf = ({ schema, table }: PostgresWish): string => `${schema}.${table}`;
const quotedName = ({ schema, table }: PostgresWish): string => `${quoted(schema)}.${quoted(table)}`;

export function tableThere({ table, nearTables }: PostgresFacts, wish: PostgresWish): SourceFinding {
  const facts = { table: nameOf(wish) };
  if (table !== null && table.kind !== "other")
    return fine("source.table", `The table ${nameOf(wish)} is there.`, facts);
  const near = nearTables.length === 0 ? "" : ` There is ${nearTables.join(", ")}.`;
  return {
    check: "source.table",
    severity: "blocking",
    reason:
      table === null
        ? `There is no table ${nameOf(wish)}, or the login may not see it.${near}`
        : `${nameOf(wish)} is no table; views are not captured.`,
    facts: { ...facts, near: [...nearTables] },
    remedy: "Write capture_schema and capture_table as the source has them, in capitals and small letters.",
    sql: null,
  };
}

export function tableRights({ table, role }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.table_rights");
  const facts = { role: role.name, select: table.canSelect, usage: table.canUseSchema };
  if (table.canSelect && table.canUseSchema)
    return fine("source.table_rights", "The login may read the table.", facts);
  return {
    check: "source.table_rights",
    severity: "blocking",
    reason: "The login may not read the table: the snapshot fails, and so does its task.",
    facts,
    remedy: "Grant it.",
    sql: grantStatement(role.name, wish.schema, wish.table),
  };
}

export function rowSecurity({ table, role }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.row_security");
  const facts = { row_security: table.hasRowSecurity };
  if (!table.hasRowSecurity || role.isSuperuser)
    return fine("source.row_security", "No row is hidden from the login.", facts);
  return {
    check: "source.row_security",
    severity: "warning",
    reason: "Row security hides rows from the snapshot, and hides none from the stream.",
    facts,
    remedy: "Let the login pass by row security.",
    sql: `ALTER ROLE ${quoted(role.name)} WITH BYPASSRLS;\n-- or: ALTER TABLE ${quotedName(wish)} DISABLE ROW LEVEL SECURITY;`,
  };
}

export function primaryKey({ table }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.primary_key");
  const facts = { primary_key: [...table.primaryKey] };
  if (table.primaryKey.length > 0)
    return fine("source.primary_key", `The primary key is ${table.primaryKey.join(", ")}.`, facts);
  const hasKey = wish.globalKey.length > 0;
  return {
    check: "source.primary_key",
    severity: hasKey ? "warning" : "blocking",
    reason: hasKey
      ? "The table has no primary key: records are keyed by global_key alone, and an incremental snapshot cannot read it."
      : "The table has no primary key and global_key is empty: records have no key, so nothing keeps the order of a row's changes.",
    facts,
    remedy: "Add a primary key, or name global_key and give the table the replica identity FULL.",
    sql: `ALTER TABLE ${quotedName(wish)} ADD PRIMARY KEY (…);\nALTER TABLE ${quotedName(wish)} REPLICA IDENTITY FULL;`,
  };
}

/**
 * Whether the key of a delete is right. With a key beyond the replica identity Debezium invents values for it, and ordering by
 * them would mix up subjects.
 */
export function replicaIdentity({ table }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.replica_identity");
  const unknown = wish.globalKey.filter((column) => !table.columns.includes(column));
  const carried = new Set(table.identityColumns);
  const missing = wish.globalKey.filter((column) => !carried.has(column));
  const facts = {
    replica_identity: identityWords[table.replicaIdentity],
    global_key: [...wish.globalKey],
    columns_missing: missing,
  };
  if (unknown.length > 0) return unknownColumns(unknown, { facts, wish });
  if (missing.length > 0) return wrongDeleteKeys(missing, { facts, wish });
  if (carried.size === 0) return noIdentity({ facts, wish });
  return fine("source.replica_identity", "Deletes and updates carry every column of the key.", facts);
}

interface Case {
  readonly facts: SourceFinding["facts"];
  readonly wish: PostgresWish;
}

function unknownColumns(columns: readonly string[], { facts, wish }: Case): SourceFinding {
  const reason = `${nameOf(wish)} has no column ${columns.join(", ")}, which global_key names.`;
  const remedy = "Write global_key as the table's columns are called.";
  return { check: "source.replica_identity", severity: "blocking", reason, facts, remedy, sql: null };
}

function wrongDeleteKeys(columns: readonly string[], { facts, wish }: Case): SourceFinding {
  return {
    check: "source.replica_identity",
    severity: "blocking",
    reason: `A delete does not carry ${columns.join(", ")}: its key would hold invented values, and changes of different subjects would share a key.`,
    facts,
    remedy: "Give the table the replica identity FULL, or an index that holds these columns.",
    sql: `ALTER TABLE ${quotedName(wish)} REPLICA IDENTITY FULL;`,
  };
}

function noIdentity({ facts, wish }: Case): SourceFinding {
  return {
    check: "source.replica_identity",
    severity: "blocking",
    reason:
      "The table has no replica identity: once it is published, its updates and deletes fail in the source.",
    facts,
    remedy: "Add a primary key, or give the table the replica identity FULL.",
    sql: `ALTER TABLE ${quotedName(wish)} REPLICA IDENTITY FULL;`,
  };
}

const identityWords = { d: "default", n: "nothing", f: "full", i: "index" } as const;

export function partitioned(facts: PostgresFacts, wish: PostgresWish): SourceFinding {
  const { table, publication } = facts;
  if (table === null) return noTable("source.partitioned");
  const isViaRoot = publication?.isViaRoot ?? wish.config["publish.via.partition.root"] === "true";
  const told = { kind: table.kind, via_root: isViaRoot };
  if (table.kind !== "partitioned" || isViaRoot)
    return fine("source.partitioned", "Changes are published under the name of the table.", told);
  return {
    check: "source.partitioned",
    severity: "blocking",
    reason:
      "The table is partitioned: the stream would write under the names of its partitions, where nobody reads.",
    facts: told,
    remedy: "Set the option publish.via.partition.root to true, and the publication's with it.",
    sql:
      publication === null
        ? null
        : `ALTER PUBLICATION ${quoted(wish.publicationName)} SET (publish_via_partition_root = true);`,
  };
}

export function unlogged({ table }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.unlogged");
  const facts = { unlogged: table.isUnlogged };
  if (!table.isUnlogged) return fine("source.unlogged", "The table's changes are logged.", facts);
  return {
    check: "source.unlogged",
    severity: "blocking",
    reason: "The table is unlogged or temporary: its changes never reach the log.",
    facts,
    remedy: "Make it a logged table.",
    sql: `ALTER TABLE ${quotedName(wish)} SET LOGGED;`,
  };
}

export function largeColumns({ table }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (table === null) return noTable("source.large_columns");
  const carried = new Set(table.replicaIdentity === "f" ? table.columns : []);
  const columns = table.largeColumns.filter((column) => !carried.has(column));
  const facts = { columns: columns.slice(0, 20) };
  if (columns.length === 0) return fine("source.large_columns", "Every update carries every column.", facts);
  return {
    check: "source.large_columns",
    severity: "hint",
    reason: `An update leaves out a large value that it does not change: ${columns.slice(0, 5).join(", ")}${columns.length > 5 ? ", …" : ""}.`,
    facts,
    remedy: "Where a handler needs them always, give the table the replica identity FULL.",
    sql: `ALTER TABLE ${quotedName(wish)} REPLICA IDENTITY FULL;`,
  };
}

function noTable(check: SourceCheckName): SourceFinding {
  const reason = "The table is not there, or the login may not see it.";
  return { check, severity: "unknown", reason, facts: {}, remedy: "See source.table.", sql: null };
}
