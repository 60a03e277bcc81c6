import { type SourceFinding, fine, literal } from "./source-finding.ts";
import { type MaybeRows, type SourceRows, numberIn, textIn, tryRows } from "./source-rows.ts";
import { type TableSeen, type TableWish, judgeTable } from "./table-checks.ts";

/** What is read from a SQL Server source. Null: the login may not see it. */
export interface SqlServerFacts {
  readonly isCdcEnabled: boolean;
  /** `Running`, `Stopped`; null where it cannot be seen, or where there is none, as in Azure. */
  readonly agent: string | null;
  readonly instances: readonly CaptureInstance[];
  /** Minutes that changes are kept. */
  readonly retentionMinutes: number | null;
  readonly canSelect: boolean;
  readonly isSysadmin: boolean;
  readonly table: TableSeen;
}

export interface CaptureInstance {
  readonly name: string;
  readonly role: string;
  readonly isMember: boolean;
  readonly columns: readonly string[];
}

export interface SqlServerWish extends TableWish {
  readonly database: string;
  readonly user: string;
}

export const sqlServerStatements = {
  database:
    "select is_cdc_enabled, coalesce(is_srvrolemember('sysadmin'), 0) as is_sysadmin from sys.databases where name = db_name()",
  agent: "select status_desc from sys.dm_server_services where servicename like 'SQL Server Agent%'",
  instances: `select ct.capture_instance, coalesce(ct.role_name, '') as role_name,
    coalesce(is_rolemember(ct.role_name), 1) as is_member,
    (select string_agg(cast(cc.column_name as nvarchar(max)), ',') within group (order by cc.column_ordinal)
      from cdc.captured_columns cc where cc.object_id = ct.object_id) as columns
    from cdc.change_tables ct where ct.source_object_id = object_id(@1) order by ct.create_date`,
  retention: "select retention from msdb.dbo.cdc_jobs where job_type = 'cleanup' and database_id = db_id()",
  columns: `select c.name, case when ic.column_id is null then 0 else 1 end as is_key,
    coalesce(has_perms_by_name(@1, 'OBJECT', 'SELECT'), 0) as can_select
    from sys.columns c
    left join sys.indexes i on i.object_id = c.object_id and i.is_primary_key = 1
    left join sys.index_columns ic on ic.object_id = i.object_id and ic.index_id = i.index_id and ic.column_id = c.column_id
    where c.object_id = object_id(@1) order by c.column_id`,
} as const;

export async function readSqlServerFacts(source: SourceRows, wish: TableWish): Promise<SqlServerFacts> {
  const name = `${bracketed(wish.schema)}.${bracketed(wish.table)}`;
  const [database] = await source.rows(sqlServerStatements.database);
  const columns = await source.rows(sqlServerStatements.columns, [name]);
  const isCdcEnabled = truthIn(textIn(database, "is_cdc_enabled"));
  const instances: MaybeRows = isCdcEnabled
    ? await tryRows(source, sqlServerStatements.instances, [name])
    : { rows: [] };
  const agent = await tryRows(source, sqlServerStatements.agent);
  const retention = await tryRows(source, sqlServerStatements.retention);
  return {
    isCdcEnabled,
    isSysadmin: truthIn(textIn(database, "is_sysadmin")),
    agent: "rows" in agent ? textIn(agent.rows[0], "status_desc") || null : null,
    retentionMinutes: "rows" in retention ? numberIn(retention.rows[0], "retention") : null,
    instances: ("rows" in instances ? instances.rows : []).map((row) => ({
      name: textIn(row, "capture_instance"),
      role: textIn(row, "role_name"),
      isMember: truthIn(textIn(row, "is_member")),
      columns: textIn(row, "columns")
        .split(",")
        .filter((column) => column !== ""),
    })),
    canSelect: truthIn(textIn(columns[0], "can_select")),
    table: {
      columns: columns.map((row) => textIn(row, "name")),
      primaryKey: columns.filter((row) => truthIn(textIn(row, "is_key"))).map((row) => textIn(row, "name")),
    },
  };
}

/** Every check of a SQL Server source. Pure. */
export function judgeSqlServer(facts: SqlServerFacts, wish: SqlServerWish): readonly SourceFinding[] {
  const table = judgeTable(facts.table, wish);
  if (facts.table.columns.length === 0) return [cdcEnabled(facts, wish), agent(facts), ...table];
  return [
    cdcEnabled(facts, wish),
    agent(facts),
    ...table,
    rights(facts, wish),
    captureInstance(facts, wish),
    retention(facts),
  ];
}

function cdcEnabled({ isCdcEnabled }: SqlServerFacts, { database }: SqlServerWish): SourceFinding {
  const facts = { database, cdc_enabled: isCdcEnabled };
  if (isCdcEnabled) return fine("source.cdc_enabled", "The database captures changes.", facts);
  return {
    check: "source.cdc_enabled",
    severity: "blocking",
    reason: "The database does not capture changes.",
    facts,
    remedy: "Enable it as a member of sysadmin.",
    sql: `USE ${bracketed(database)};\nEXEC sys.sp_cdc_enable_db;`,
  };
}

function agent({ agent: state }: SqlServerFacts): SourceFinding {
  const facts = { agent: state };
  if (state === null) {
    const reason = "Whether the SQL Server Agent runs cannot be seen; Azure SQL has none and needs none.";
    const sql = "GRANT VIEW SERVER STATE TO …;";
    return {
      check: "source.agent",
      severity: "unknown",
      reason,
      facts,
      remedy: "Let the login see it.",
      sql,
    };
  }
  if (/^running$/i.test(state)) return fine("source.agent", "The SQL Server Agent runs.", facts);
  const reason = `The SQL Server Agent is ${state.toLowerCase()}: no change is captured.`;
  const remedy = "Start it, and have it start with the machine.";
  const sql = "EXEC master.dbo.xp_servicecontrol 'START', 'SQLServerAgent';";
  return { check: "source.agent", severity: "blocking", reason, facts, remedy, sql };
}

function rights({ canSelect, isSysadmin, instances }: SqlServerFacts, wish: SqlServerWish): SourceFinding {
  const strangers = isSysadmin ? [] : instances.filter(({ role, isMember }) => role !== "" && !isMember);
  const facts = { role: wish.user, select: canSelect, roles_missing: strangers.map(({ role }) => role) };
  if (canSelect && strangers.length === 0)
    return fine("source.table_rights", "The login may read the table and its changes.", facts);
  const place = `${bracketed(wish.schema)}.${bracketed(wish.table)}`;
  const sql = [
    ...(canSelect ? [] : [`GRANT SELECT ON ${place} TO ${bracketed(wish.user)};`]),
    ...strangers.map(({ role }) => `ALTER ROLE ${bracketed(role)} ADD MEMBER ${bracketed(wish.user)};`),
  ].join("\n");
  const reason = "The login may not read the table, or what was captured of it.";
  return { check: "source.table_rights", severity: "blocking", reason, facts, remedy: "Grant it.", sql };
}

function captureInstance({ instances, table }: SqlServerFacts, wish: SqlServerWish): SourceFinding {
  const newest = instances.at(-1);
  const base = { check: "source.capture_instance" } as const;
  if (newest === undefined) {
    const reason = "The table has no capture instance: none of its changes is kept.";
    return {
      ...base,
      severity: "blocking",
      reason,
      facts: { instances: [] },
      remedy: "Enable it.",
      sql: enable(wish),
    };
  }
  const missing = table.columns.filter((column) => !newest.columns.includes(column));
  const facts = { instances: instances.map(({ name }) => name), columns_missing: missing };
  if (missing.length === 0) return fine("source.capture_instance", "Every column is captured.", facts);
  const isFull = instances.length > 1;
  const dropped = instances[0]?.name ?? "";
  return {
    ...base,
    severity: missing.some((column) => wish.globalKey.includes(column)) ? "blocking" : "warning",
    reason: `Columns were added since the capture instance was made, and are not captured: ${missing.join(", ")}.`,
    facts,
    remedy: "Make a second instance, wait until the connector has gone over to it, and drop the old one.",
    sql: isFull
      ? `${disable(wish, dropped)}\n${enable(wish)}`
      : enable(wish, `${wish.schema}_${wish.table}_${instances.length + 1}`),
  };
}

function enable(wish: SqlServerWish, instance?: string): string {
  const named = instance === undefined ? "" : `, @capture_instance = ${literal(instance)}`;
  return `EXEC sys.sp_cdc_enable_table @source_schema = ${literal(wish.schema)}, @source_name = ${literal(wish.table)}, @role_name = NULL, @supports_net_changes = 0${named};`;
}

function disable(wish: SqlServerWish, instance: string): string {
  return `EXEC sys.sp_cdc_disable_table @source_schema = ${literal(wish.schema)}, @source_name = ${literal(wish.table)}, @capture_instance = ${literal(instance)};`;
}

const RETENTION_MIN = 3 * 1_440;

function retention({ retentionMinutes }: SqlServerFacts): SourceFinding {
  const facts = { retention_minutes: retentionMinutes };
  const base = {
    check: "source.cdc_retention",
    facts,
    sql: "EXEC sys.sp_cdc_change_job @job_type = 'cleanup', @retention = 10080;",
  } as const;
  if (retentionMinutes === null)
    return {
      ...base,
      severity: "unknown",
      reason: "How long changes are kept cannot be seen.",
      remedy: "See msdb.dbo.cdc_jobs.",
    };
  if (retentionMinutes >= RETENTION_MIN)
    return fine(
      "source.cdc_retention",
      `Changes are kept for ${Math.round(retentionMinutes / 1_440)} days.`,
      facts,
    );
  const reason = `Changes are kept for ${Math.round(retentionMinutes / 60)} hours: a connector that is away longer loses them.`;
  return { ...base, severity: "warning", reason, remedy: "Keep them for a week." };
}

function truthIn(text: string): boolean {
  return /^(?:1|true)$/i.test(text);
}

function bracketed(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}
