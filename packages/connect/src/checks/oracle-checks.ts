import { type SourceFinding, fine, quoted } from "./source-finding.ts";
import { type SourceRows, numberIn, textIn, tryRows } from "./source-rows.ts";
import { type TableSeen, type TableWish, judgeTable } from "./table-checks.ts";

/** What is read from an Oracle source. Null: the login may not see it. */
export interface OracleFacts {
  readonly logMode: string | null;
  /** Minimal supplemental logging of the database: `YES`, `NO`, `IMPLICIT`. */
  readonly minimalLogging: string | null;
  readonly allColumnLogging: string | null;
  /** Whether the table logs all its columns by itself. */
  readonly tableLogsAll: boolean;
  readonly privileges: readonly string[] | null;
  readonly redoBytesMin: number | null;
  readonly redoGroups: number | null;
  readonly canSelect: boolean;
  readonly table: TableSeen;
}

export interface OracleWish extends TableWish {
  readonly user: string;
}

export const oracleStatements = {
  database:
    "select log_mode, supplemental_log_data_min as minimal, supplemental_log_data_all as all_columns from v$database",
  groups: "select log_group_type from all_log_groups where owner = :1 and table_name = :2",
  privileges: "select privilege from session_privs",
  redo: "select min(bytes) as bytes, count(*) as groups from v$log",
  columns:
    "select column_name as name from all_tab_columns where owner = :1 and table_name = :2 order by column_id",
  key: `select cc.column_name as name from all_constraints c join all_cons_columns cc
    on cc.owner = c.owner and cc.constraint_name = c.constraint_name
    where c.owner = :1 and c.table_name = :2 and c.constraint_type = 'P' order by cc.position`,
} as const;

export async function readOracleFacts(
  source: SourceRows,
  { schema, table }: TableWish,
): Promise<OracleFacts> {
  const place = [schema, table];
  const columns = await source.rows(oracleStatements.columns, place);
  const key = await source.rows(oracleStatements.key, place);
  const [database, groups, privileges, redo] = [
    await tryRows(source, oracleStatements.database),
    await tryRows(source, oracleStatements.groups, place),
    await tryRows(source, oracleStatements.privileges),
    await tryRows(source, oracleStatements.redo),
  ];
  const first = "rows" in database ? database.rows[0] : undefined;
  const logs = "rows" in redo ? redo.rows[0] : undefined;
  return {
    logMode: textIn(first, "log_mode") || null,
    minimalLogging: textIn(first, "minimal") || null,
    allColumnLogging: textIn(first, "all_columns") || null,
    tableLogsAll:
      "rows" in groups && groups.rows.some((row) => textIn(row, "log_group_type") === "ALL COLUMN LOGGING"),
    privileges: "rows" in privileges ? privileges.rows.map((row) => textIn(row, "privilege")) : null,
    redoBytesMin: numberIn(logs, "bytes"),
    redoGroups: numberIn(logs, "groups"),
    // all_tab_columns shows only tables that the login may read.
    canSelect: columns.length > 0,
    table: {
      columns: columns.map((row) => textIn(row, "name")),
      primaryKey: key.map((row) => textIn(row, "name")),
    },
  };
}

/** Every check of an Oracle source. Pure. */
export function judgeOracle(facts: OracleFacts, wish: OracleWish): readonly SourceFinding[] {
  return [
    archiveLog(facts),
    supplementalLog(facts, wish),
    role(facts, wish),
    objectName(wish),
    ...judgeTable(facts.table, wish),
    redoSize(facts),
  ];
}

function archiveLog({ logMode }: OracleFacts): SourceFinding {
  const facts = { log_mode: logMode };
  if (logMode === null) return unseen("source.archive_log", "V$DATABASE");
  if (logMode === "ARCHIVELOG")
    return fine("source.archive_log", "The database archives its redo log.", facts);
  return {
    check: "source.archive_log",
    severity: "blocking",
    reason:
      "The database does not archive its redo log: a connector that is away for a moment loses changes.",
    facts,
    remedy: "Switch it to ARCHIVELOG, which needs a restart.",
    sql: "SHUTDOWN IMMEDIATE;\nSTARTUP MOUNT;\nALTER DATABASE ARCHIVELOG;\nALTER DATABASE OPEN;",
  };
}

function supplementalLog(facts: OracleFacts, wish: OracleWish): SourceFinding {
  const { minimalLogging, allColumnLogging, tableLogsAll } = facts;
  if (minimalLogging === null) return unseen("source.supplemental_log", "V$DATABASE");
  const told = { minimal: minimalLogging, all_columns: allColumnLogging, table_all_columns: tableLogsAll };
  const hasMinimal = minimalLogging !== "NO";
  const hasAll = tableLogsAll || allColumnLogging === "YES";
  if (hasMinimal && hasAll) return fine("source.supplemental_log", "Changes carry every column.", told);
  const sql = [
    ...(hasMinimal ? [] : ["ALTER DATABASE ADD SUPPLEMENTAL LOG DATA;"]),
    ...(hasAll
      ? []
      : [
          `ALTER TABLE ${quoted(wish.schema)}.${quoted(wish.table)} ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS;`,
        ]),
  ].join("\n");
  return {
    check: "source.supplemental_log",
    severity: "blocking",
    reason: hasMinimal
      ? "The table logs only the columns that change: changes arrive in pieces."
      : "Supplemental logging is off: the log does not say which rows changed.",
    facts: told,
    remedy: "Switch it on, for the database and for the table.",
    sql,
  };
}

const privilegesNeeded = ["CREATE SESSION", "LOGMINING", "CREATE TABLE"];

function role({ privileges }: OracleFacts, { user }: OracleWish): SourceFinding {
  if (privileges === null) return unseen("source.role", "SESSION_PRIVS");
  const missing = privilegesNeeded.filter((privilege) => !privileges.includes(privilege));
  const facts = { role: user, rights_missing: missing };
  if (missing.length === 0) return fine("source.role", "The login may read the redo log.", facts);
  return {
    check: "source.role",
    severity: "blocking",
    reason: `The login lacks ${missing.join(", ")}.`,
    facts,
    remedy: "Grant them; in a container database to a common user, for all containers.",
    sql: `GRANT ${missing.join(", ")} TO ${user};`,
  };
}

const NAME_LENGTH_MAX = 30;

function objectName({ schema, table }: OracleWish): SourceFinding {
  const facts = { schema, table };
  const isLong = [schema, table].some((name) => name.length > NAME_LENGTH_MAX);
  const isFolded = [schema, table].every((name) => name === name.toUpperCase());
  if (!isLong && isFolded) return fine("source.object_name", "LogMiner reads tables of this name.", facts);
  return {
    check: "source.object_name",
    severity: isLong ? "blocking" : "hint",
    reason: isLong
      ? `LogMiner passes over names of more than ${NAME_LENGTH_MAX} characters, without an error.`
      : "The name has small letters: it is meant only if the table was made with quotes.",
    facts,
    remedy: isLong
      ? "Rename it, or read it through a view's base table."
      : "Write it in capitals unless it was made with quotes.",
    sql: null,
  };
}

const REDO_MIN = 400 * 1_048_576;

function redoSize({ redoBytesMin, redoGroups }: OracleFacts): SourceFinding {
  const facts = { redo_bytes_min: redoBytesMin, redo_groups: redoGroups };
  if (redoBytesMin === null) return unseen("source.redo_size", "V$LOG");
  const megabytes = Math.round(redoBytesMin / 1_048_576);
  if (redoBytesMin >= REDO_MIN) return fine("source.redo_size", `Redo logs have ${megabytes} MB.`, facts);
  return {
    check: "source.redo_size",
    severity: "hint",
    reason: `The smallest redo log has ${megabytes} MB: each switch makes the connector begin its mining anew.`,
    facts,
    remedy: "Use larger ones, so that they switch a few times an hour.",
    sql: "ALTER DATABASE ADD LOGFILE SIZE 1G;",
  };
}

function unseen(check: SourceFinding["check"], view: string): SourceFinding {
  const reason = `${view} cannot be read by the login.`;
  const sql = view.startsWith("V$") ? `GRANT SELECT ON ${view.replace("V$", "V_$")} TO …;` : null;
  return { check, severity: "unknown", reason, facts: { view }, remedy: "Let the login read it.", sql };
}
