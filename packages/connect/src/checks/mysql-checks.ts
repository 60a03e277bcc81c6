import { type SourceFinding, fine, literal } from "./source-finding.ts";
import { type MaybeRows, type SourceRows, textIn, tryRows } from "./source-rows.ts";
import { type TableSeen, type TableWish, judgeTable } from "./table-checks.ts";

/** What is read from a MySQL or MariaDB source. */
export interface MysqlFacts {
  readonly version: string;
  /** Settings of the server by their names; those that a server does not know are not there. */
  readonly variables: ReadonlyMap<string, string>;
  /** Statements of `SHOW GRANTS`; empty when they cannot be read. */
  readonly grants: readonly string[];
  readonly table: TableSeen;
}

export interface MysqlWish extends TableWish {
  readonly dataSource: "mysql" | "mariadb";
  readonly user: string;
  /** The connector's own id among the replicas; null when it is not known yet. */
  readonly serverId: string | null;
}

const variableNames = [
  "log_bin",
  "binlog_format",
  "binlog_row_image",
  "binlog_row_value_options",
  "log_bin_compress",
  "binlog_expire_logs_seconds",
  "expire_logs_days",
  "server_id",
  "time_zone",
  "system_time_zone",
];

interface MysqlStatements {
  readonly version: string;
  readonly variables: string;
  readonly grants: string;
  readonly columns: string;
}

export const mysqlStatements: MysqlStatements = {
  version: "select version() as version",
  variables: `show global variables where variable_name in (${variableNames.map(literal).join(", ")})`,
  grants: "show grants",
  columns:
    "select column_name as name, column_key as part from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position",
};

export async function readMysqlFacts(source: SourceRows, { schema, table }: TableWish): Promise<MysqlFacts> {
  const [version] = await source.rows(mysqlStatements.version);
  const variables = await source.rows(mysqlStatements.variables);
  const grants = await tryRows(source, mysqlStatements.grants);
  const columns = await source.rows(mysqlStatements.columns, [schema, table]);
  return {
    version: textIn(version, "version"),
    variables: new Map(variables.map((row) => [textIn(row, "variable_name"), textIn(row, "value")])),
    grants: grantsOf(grants),
    table: {
      columns: columns.map((row) => textIn(row, "name")),
      primaryKey: columns.filter((row) => textIn(row, "part") === "PRI").map((row) => textIn(row, "name")),
    },
  };
}

function grantsOf(grants: MaybeRows): readonly string[] {
  if (!("rows" in grants)) return [];
  // The only column is called after the login.
  return grants.rows.map((row) => textIn(row, [...row.keys()][0] ?? ""));
}

/** Every check of a MySQL or MariaDB source. Pure. */
export function judgeMysql(facts: MysqlFacts, wish: MysqlWish): readonly SourceFinding[] {
  return [
    serverVersion(facts, wish),
    binlog(facts),
    binlogRetention(facts),
    serverId(facts, wish),
    role(facts, wish),
    ...judgeTable(facts.table, wish),
    timeZone(facts),
  ];
}

function serverVersion({ version }: MysqlFacts, { dataSource }: MysqlWish): SourceFinding {
  const isMariadb = /mariadb/i.test(version);
  const facts = { version };
  if (isMariadb === (dataSource === "mariadb"))
    return fine(
      "source.server_version",
      `The server is ${isMariadb ? "MariaDB" : "MySQL"} ${version}.`,
      facts,
    );
  const is = isMariadb ? "mariadb" : "mysql";
  return {
    check: "source.server_version",
    severity: "blocking",
    reason: `The server is ${is === "mariadb" ? "MariaDB" : "MySQL"}; the connector of ${dataSource} does not read it.`,
    facts,
    remedy: `Write data_source ${is}.`,
    sql: null,
  };
}

interface Expected {
  readonly name: string;
  readonly isRight: (value: string) => boolean;
  readonly right: string;
}

const expectations: readonly Expected[] = [
  { name: "log_bin", isRight: (value) => /^(?:on|1)$/i.test(value), right: "ON" },
  { name: "binlog_format", isRight: (value) => /^row$/i.test(value), right: "ROW" },
  { name: "binlog_row_image", isRight: (value) => /^full$/i.test(value), right: "FULL" },
  { name: "binlog_row_value_options", isRight: (value) => value === "", right: "" },
  { name: "log_bin_compress", isRight: (value) => /^(?:off|0)$/i.test(value), right: "OFF" },
];

function binlog({ variables }: MysqlFacts): SourceFinding {
  const known = expectations.filter(({ name }) => variables.has(name));
  const facts = Object.fromEntries(known.map(({ name }) => [name, variables.get(name) ?? ""]));
  const wrong = known.filter(({ name, isRight }) => !isRight(variables.get(name) ?? ""));
  if (wrong.length === 0 && variables.has("log_bin"))
    return fine("source.binlog", "The server logs whole rows.", facts);
  const names = wrong.map(({ name }) => name).join(", ") || "log_bin";
  const settable = wrong.filter(({ name }) => name !== "log_bin");
  const restart =
    wrong.length === settable.length ? [] : ["-- in my.cnf: log_bin = mysql-bin, then restart the server"];
  return {
    check: "source.binlog",
    severity: "blocking",
    reason: `The server does not log whole rows: ${names}.`,
    facts,
    remedy: "Set them for the server, and in my.cnf, so that they stay.",
    sql: [...restart, ...settable.map(({ name, right }) => `SET GLOBAL ${name} = ${literal(right)};`)].join(
      "\n",
    ),
  };
}

const RETENTION_MIN_S = 3 * 86_400;

function binlogRetention({ variables }: MysqlFacts): SourceFinding {
  const seconds = Number(variables.get("binlog_expire_logs_seconds") ?? "0");
  const days = Number(variables.get("expire_logs_days") ?? "0");
  const kept = seconds > 0 ? seconds : days * 86_400;
  const facts = { kept_seconds: kept };
  if (kept === 0)
    return fine("source.binlog_retention", "The server keeps its log until it is purged by hand.", facts);
  if (kept >= RETENTION_MIN_S)
    return fine(
      "source.binlog_retention",
      `The server keeps its log for ${Math.round(kept / 86_400)} days.`,
      facts,
    );
  return {
    check: "source.binlog_retention",
    severity: "warning",
    reason: `The server keeps its log for ${Math.round(kept / 3_600)} hours: a connector that is away longer must read the table anew.`,
    facts,
    remedy: "Keep it for a week.",
    sql: variables.has("binlog_expire_logs_seconds")
      ? "SET GLOBAL binlog_expire_logs_seconds = 604800;"
      : "SET GLOBAL expire_logs_days = 7;",
  };
}

function serverId({ variables }: MysqlFacts, wish: MysqlWish): SourceFinding {
  const id = variables.get("server_id") ?? "";
  const facts = { server_id: id, connector_server_id: wish.serverId };
  if (id !== "" && id !== "0" && id !== wish.serverId)
    return fine("source.server_id", "The server and the connector can be told apart.", facts);
  const isSame = id === wish.serverId;
  return {
    check: "source.server_id",
    severity: "blocking",
    reason: isSame
      ? "The connector has the server's own id: each would break the other's connection."
      : "The server has no id: it sends no log to anybody.",
    facts,
    remedy: isSame
      ? "Give the connector another database.server.id."
      : "Give the server an id, also in my.cnf.",
    sql: isSame ? null : "SET GLOBAL server_id = 1;",
  };
}

/** Rights by their old and new names; MariaDB renamed the fourth. */
const rights: readonly (readonly [RegExp, string])[] = [
  [/\bSELECT\b/i, "SELECT"],
  [/\bRELOAD\b/i, "RELOAD"],
  [/\bSHOW DATABASES\b/i, "SHOW DATABASES"],
  [/\bREPLICATION SLAVE\b(?! ADMIN)/i, "REPLICATION SLAVE"],
  [/\bREPLICATION CLIENT\b|\bBINLOG MONITOR\b/i, "REPLICATION CLIENT"],
];

function role({ grants }: MysqlFacts, { user }: MysqlWish): SourceFinding {
  if (grants.length === 0) {
    const reason = "The login's rights cannot be read.";
    return {
      check: "source.role",
      severity: "unknown",
      reason,
      facts: {},
      remedy: "See SHOW GRANTS.",
      sql: null,
    };
  }
  const text = grants.join("\n");
  const isAll = /GRANT ALL PRIVILEGES ON \*\.\*/i.test(text);
  const missing = isAll ? [] : rights.filter(([pattern]) => !pattern.test(text)).map(([, right]) => right);
  const facts = { role: user, rights_missing: missing };
  if (missing.length === 0) return fine("source.role", "The login may read tables and the log.", facts);
  return {
    check: "source.role",
    severity: "blocking",
    reason: `The login lacks ${missing.join(", ")}.`,
    facts,
    remedy: "Grant them.",
    sql: `GRANT ${missing.join(", ")} ON *.* TO ${literal(user)}@'%';`,
  };
}

function timeZone({ variables }: MysqlFacts): SourceFinding {
  const zone = variables.get("time_zone") ?? "";
  const effective = zone.toUpperCase() === "SYSTEM" ? (variables.get("system_time_zone") ?? "") : zone;
  const facts = { time_zone: effective };
  if (/^(?:utc|\+00:00|gmt)$/i.test(effective))
    return fine("source.time_zone", "The server's clock is shown in UTC.", facts);
  const reason = `The server's time zone is ${effective || "unknown"}: columns without a zone hold local times.`;
  const remedy = "Have handlers read datetime columns as local times of the source.";
  return { check: "source.time_zone", severity: "hint", reason, facts, remedy, sql: null };
}
