import type { PostgresFacts, PostgresWish } from "./postgres-facts.ts";
import { type SourceFinding, fine, quoted } from "./source-finding.ts";

const signalColumns = ["id", "type", "data"];

export function heartbeat(_facts: PostgresFacts, { config }: PostgresWish): SourceFinding {
  const intervalMs = Number(config["heartbeat.interval.ms"] ?? "0");
  const facts = { heartbeat_interval_ms: intervalMs };
  if (intervalMs > 0) return fine("source.heartbeat", `The connector beats every ${intervalMs} ms.`, facts);
  return {
    check: "source.heartbeat",
    severity: "warning",
    reason:
      "Without a heartbeat the slot stands still while the table is quiet, and the source keeps its log.",
    facts,
    remedy: "Set the option heartbeat.interval.ms, such as 10000.",
    sql: null,
  };
}

export function signalTable({ signalTable: seen, role }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (seen === null)
    return {
      check: "source.signal_table",
      severity: "hint",
      reason: "The connector has no signal table: a table cannot be read anew while it runs.",
      facts: {},
      remedy: "Make the table and set the option signal.data.collection to it.",
      sql: tableStatement("public", "debezium_signal"),
    };
  const facts = { table: seen.name, columns: [...seen.columns], published: seen.isPublished };
  const base = { check: "source.signal_table", facts } as const;
  const [schema = "", table = ""] = seen.name.split(".");
  const place = `${quoted(schema)}.${quoted(table)}`;
  if (!seen.isThere) {
    const reason = `There is no table ${seen.name}: signals cannot be sent.`;
    return { ...base, severity: "warning", reason, remedy: "Make it.", sql: tableStatement(schema, table) };
  }
  const missing = signalColumns.filter((column) => !seen.columns.includes(column));
  if (missing.length > 0 || !seen.hasPrimaryKey) {
    const reason = `The signal table ${seen.name} is not as it must be: it needs id as primary key, type and data.`;
    const sql = `DROP TABLE ${place};\n${tableStatement(schema, table)}`;
    return { ...base, severity: "warning", reason, remedy: "Make it anew.", sql };
  }
  if (!seen.canWrite) {
    const reason = "The login may not write the signal table, which an incremental snapshot needs.";
    const sql = `GRANT SELECT, INSERT, UPDATE, DELETE ON ${place} TO ${quoted(role.name)};`;
    return { ...base, severity: "warning", reason, remedy: "Grant it.", sql };
  }
  if (wish.isMade && !seen.isPublished) {
    const reason = "The publication does not hold the signal table: signals reach nobody, without an error.";
    const sql = `ALTER PUBLICATION ${quoted(wish.publicationName)} ADD TABLE ${place};`;
    return { ...base, severity: "warning", reason, remedy: "Add it.", sql };
  }
  return fine("source.signal_table", `Signals are taken from ${seen.name}.`, facts);
}

function tableStatement(schema: string, table: string): string {
  return `CREATE TABLE ${quoted(schema)}.${quoted(table)} (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));`;
}
