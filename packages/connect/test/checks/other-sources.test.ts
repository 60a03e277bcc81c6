import { describe, expect, test } from "vitest";
import { type KafkaFacts, type KafkaWish, judgeKafka } from "../../src/checks/kafka-checks.ts";
import { judgeMysql, mysqlStatements, readMysqlFacts } from "../../src/checks/mysql-checks.ts";
import { judgeOracle, oracleStatements, readOracleFacts } from "../../src/checks/oracle-checks.ts";
import type { SourceFinding } from "../../src/checks/source-finding.ts";
import { type SourceRows, sourceRow } from "../../src/checks/source-rows.ts";
import {
  judgeSqlServer,
  readSqlServerFacts,
  sqlServerStatements,
} from "../../src/checks/sqlserver-checks.ts";

/** Answers as a server gave them, by statement; an error is one that the login was refused with. */
type Recorded = ReadonlyMap<string, readonly object[] | Error>;

function recorded(answers: Recorded): SourceRows {
  return {
    async rows(statement) {
      const answer = answers.get(statement);
      if (answer === undefined) throw new Error("no such statement was recorded");
      if (answer instanceof Error) throw answer;
      return answer.map(sourceRow);
    },
  };
}

const refused = (code: string): Error => Object.assign(new Error("the text quotes hunter2"), { code });
const worse = (findings: readonly SourceFinding[]) =>
  findings.filter(({ severity }) => severity !== "ok").map(({ check, severity }) => `${severity} ${check}`);

const wish = { schema: "emr", table: "patient", globalKey: ["patient_id"], user: "dbz" };

describe("MySQL and MariaDB", () => {
  const variables = (changes: object = {}) =>
    Object.entries({
      log_bin: "ON",
      binlog_format: "ROW",
      binlog_row_image: "FULL",
      binlog_row_value_options: "",
      binlog_expire_logs_seconds: "2592000",
      server_id: "1",
      time_zone: "SYSTEM",
      system_time_zone: "UTC",
      ...changes,
    }).map(([name, value]) => ({ Variable_name: name, Value: value as string }));
  const grants = [
    {
      "Grants for dbz@%":
        "GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `dbz`@`%`",
    },
  ];
  const answers = (
    changes: Partial<Record<keyof typeof mysqlStatements, readonly object[] | Error>> = {},
  ): Recorded =>
    new Map<string, readonly object[] | Error>([
      [mysqlStatements.version, changes.version ?? [{ version: "8.4.3" }]],
      [mysqlStatements.variables, changes.variables ?? variables()],
      [mysqlStatements.grants, changes.grants ?? grants],
      [
        mysqlStatements.columns,
        changes.columns ?? [
          { NAME: "id", PART: "PRI" },
          { NAME: "patient_id", PART: "" },
        ],
      ],
    ]);
  const judged = async (
    changes: Parameters<typeof answers>[0] = {},
    dataSource: "mysql" | "mariadb" = "mysql",
    serverId: string | null = "5400",
  ) => judgeMysql(await readMysqlFacts(recorded(answers(changes)), wish), { ...wish, dataSource, serverId });

  test("a sound server has no finding", async () => {
    expect(worse(await judged())).toEqual([]);
  });

  test.each<[string, Parameters<typeof answers>[0], string]>([
    ["the log is off", { variables: variables({ log_bin: "OFF" }) }, "blocking source.binlog"],
    [
      "statements are logged",
      { variables: variables({ binlog_format: "STATEMENT" }) },
      "blocking source.binlog",
    ],
    [
      "only what changes is logged",
      { variables: variables({ binlog_row_image: "MINIMAL" }) },
      "blocking source.binlog",
    ],
    [
      "documents are logged in part",
      { variables: variables({ binlog_row_value_options: "PARTIAL_JSON" }) },
      "blocking source.binlog",
    ],
    ["events are compressed", { variables: variables({ log_bin_compress: "ON" }) }, "blocking source.binlog"],
    [
      "the log goes after a day",
      { variables: variables({ binlog_expire_logs_seconds: "86400" }) },
      "warning source.binlog_retention",
    ],
    ["the server has no id", { variables: variables({ server_id: "0" }) }, "blocking source.server_id"],
    [
      "the server has the connector's id",
      { variables: variables({ server_id: "5400" }) },
      "blocking source.server_id",
    ],
    [
      "a right is missing",
      { grants: [{ g: "GRANT SELECT, RELOAD, SHOW DATABASES ON *.* TO `dbz`@`%`" }] },
      "blocking source.role",
    ],
    ["rights cannot be read", { grants: refused("ER_SPECIFIC_ACCESS_DENIED_ERROR") }, "unknown source.role"],
    ["the table is not there", { columns: [] }, "blocking source.table"],
    [
      "a column of the key is not there",
      { columns: [{ name: "id", part: "PRI" }] },
      "blocking source.replica_identity",
    ],
    [
      "the clock is not in UTC",
      { variables: variables({ system_time_zone: "CST" }) },
      "hint source.time_zone",
    ],
    [
      "the server is the other kind",
      { version: [{ version: "10.11.19-MariaDB" }] },
      "blocking source.server_version",
    ],
  ])("%s", async (_what, changes, finding) => {
    const findings = await judged(changes);

    expect(worse(findings)).toEqual([finding]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  test("what is missing is granted, by its old name and its new one", async () => {
    const lacking = await judged({ grants: [{ g: "GRANT SELECT, REPLICATION SLAVE ON *.* TO `dbz`@`%`" }] });
    const monitor = [
      { g: "GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `dbz`@`%`" },
    ];

    expect(lacking.find(({ check }) => check === "source.role")?.sql).toBe(
      "GRANT RELOAD, SHOW DATABASES, REPLICATION CLIENT ON *.* TO 'dbz'@'%';",
    );
    expect(
      worse(await judged({ grants: monitor, version: [{ version: "10.11.19-MariaDB" }] }, "mariadb")),
    ).toEqual([]);
    expect(worse(await judged({ grants: [{ g: "GRANT ALL PRIVILEGES ON *.* TO `root`@`%`" }] }))).toEqual([]);
  });
});

describe("SQL Server", () => {
  const columns = ["id", "patient_id", "phone"].map((name) => ({
    name,
    is_key: name === "id" ? 1 : 0,
    can_select: 1,
  }));
  const instance = {
    capture_instance: "dbo_patient",
    role_name: "",
    is_member: 1,
    columns: "id,patient_id,phone",
  };
  const answers = (
    changes: Partial<Record<keyof typeof sqlServerStatements, readonly object[] | Error>> = {},
  ): Recorded =>
    new Map<string, readonly object[] | Error>([
      [sqlServerStatements.database, changes.database ?? [{ is_cdc_enabled: true, is_sysadmin: 0 }]],
      [sqlServerStatements.agent, changes.agent ?? [{ status_desc: "Running" }]],
      [sqlServerStatements.instances, changes.instances ?? [instance]],
      [sqlServerStatements.retention, changes.retention ?? [{ retention: 10_080 }]],
      [sqlServerStatements.columns, changes.columns ?? columns],
    ]);
  const judged = async (changes: Parameters<typeof answers>[0] = {}) =>
    judgeSqlServer(await readSqlServerFacts(recorded(answers(changes)), wish), { ...wish, database: "emr" });

  test("a sound server has no finding", async () => {
    expect(worse(await judged())).toEqual([]);
  });

  test.each<[string, Parameters<typeof answers>[0], readonly string[], string]>([
    [
      "the database captures nothing",
      { database: [{ is_cdc_enabled: false, is_sysadmin: 0 }] },
      ["blocking source.cdc_enabled", "blocking source.capture_instance"],
      "EXEC sys.sp_cdc_enable_db;",
    ],
    [
      "the table is not captured",
      { instances: [] },
      ["blocking source.capture_instance"],
      "@source_name = 'patient', @role_name = NULL",
    ],
    [
      "a column was added",
      { instances: [{ ...instance, columns: "id,patient_id" }] },
      ["warning source.capture_instance"],
      "@capture_instance = 'emr_patient_2'",
    ],
    [
      "a column of the key was added",
      { instances: [{ ...instance, columns: "id,phone" }] },
      ["blocking source.capture_instance"],
      "@capture_instance = 'emr_patient_2'",
    ],
    [
      "a column was added and there are two instances",
      { instances: [instance, { ...instance, capture_instance: "two", columns: "id,patient_id" }] },
      ["warning source.capture_instance"],
      "sp_cdc_disable_table",
    ],
    ["the agent is stopped", { agent: [{ status_desc: "Stopped" }] }, ["blocking source.agent"], "'START'"],
    [
      "the agent cannot be seen",
      { agent: refused("EREQUEST") },
      ["unknown source.agent"],
      "VIEW SERVER STATE",
    ],
    [
      "changes go after a day",
      { retention: [{ retention: 1_440 }] },
      ["warning source.cdc_retention"],
      "@retention = 10080",
    ],
    [
      "the login is not of the role",
      { instances: [{ ...instance, role_name: "cdc_reader", is_member: 0 }] },
      ["blocking source.table_rights"],
      "ALTER ROLE [cdc_reader] ADD MEMBER [dbz];",
    ],
    [
      "the login may not read",
      { columns: columns.map((one) => ({ ...one, can_select: 0 })) },
      ["blocking source.table_rights"],
      "GRANT SELECT ON [emr].[patient] TO [dbz];",
    ],
    ["the table is not there", { columns: [] }, ["blocking source.table"], ""],
  ])("%s", async (_what, changes, expected, statement) => {
    const findings = await judged(changes);

    expect(worse(findings)).toEqual(expected);
    expect(findings.map(({ sql }) => sql ?? "").join("\n")).toContain(statement);
  });
});

describe("Oracle", () => {
  const oracleWish = { ...wish, schema: "EMR", table: "PATIENT", globalKey: ["PATIENT_ID"], user: "C##DBZ" };
  const privileges = ["CREATE SESSION", "LOGMINING", "CREATE TABLE"].map((PRIVILEGE) => ({ PRIVILEGE }));
  const answers = (
    changes: Partial<Record<keyof typeof oracleStatements, readonly object[] | Error>> = {},
  ): Recorded =>
    new Map<string, readonly object[] | Error>([
      [
        oracleStatements.database,
        changes.database ?? [{ LOG_MODE: "ARCHIVELOG", MINIMAL: "YES", ALL_COLUMNS: "NO" }],
      ],
      [oracleStatements.groups, changes.groups ?? [{ LOG_GROUP_TYPE: "ALL COLUMN LOGGING" }]],
      [oracleStatements.privileges, changes.privileges ?? privileges],
      [oracleStatements.redo, changes.redo ?? [{ BYTES: 1_073_741_824, GROUPS: 4 }]],
      [oracleStatements.columns, changes.columns ?? [{ NAME: "ID" }, { NAME: "PATIENT_ID" }]],
      [oracleStatements.key, changes.key ?? [{ NAME: "ID" }]],
    ]);
  const judged = async (changes: Parameters<typeof answers>[0] = {}, over: object = {}) =>
    judgeOracle(await readOracleFacts(recorded(answers(changes)), oracleWish), { ...oracleWish, ...over });

  test("a sound server has no finding", async () => {
    expect(worse(await judged())).toEqual([]);
  });

  test.each<[string, Parameters<typeof answers>[0], readonly string[], string]>([
    [
      "nothing is archived",
      { database: [{ LOG_MODE: "NOARCHIVELOG", MINIMAL: "YES" }] },
      ["blocking source.archive_log"],
      "ALTER DATABASE ARCHIVELOG;",
    ],
    [
      "nothing is logged besides",
      { database: [{ LOG_MODE: "ARCHIVELOG", MINIMAL: "NO" }], groups: [] },
      ["blocking source.supplemental_log"],
      "ALTER DATABASE ADD SUPPLEMENTAL LOG DATA;",
    ],
    [
      "the table logs what changes only",
      { groups: [{ LOG_GROUP_TYPE: "PRIMARY KEY LOGGING" }] },
      ["blocking source.supplemental_log"],
      'ALTER TABLE "EMR"."PATIENT" ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS;',
    ],
    [
      "the views cannot be read",
      { database: refused("ORA-00942"), redo: refused("ORA-00942") },
      ["unknown source.archive_log", "unknown source.supplemental_log", "unknown source.redo_size"],
      "GRANT SELECT ON V_$DATABASE",
    ],
    [
      "a right is missing",
      { privileges: [{ PRIVILEGE: "CREATE SESSION" }] },
      ["blocking source.role"],
      "GRANT LOGMINING, CREATE TABLE TO C##DBZ;",
    ],
    [
      "redo logs are small",
      { redo: [{ BYTES: 52_428_800, GROUPS: 3 }] },
      ["hint source.redo_size"],
      "ADD LOGFILE",
    ],
    ["the table is not there", { columns: [], key: [] }, ["blocking source.table"], ""],
    ["there is no primary key", { key: [] }, ["warning source.primary_key"], "ADD PRIMARY KEY"],
  ])("%s", async (_what, changes, expected, statement) => {
    const findings = await judged(changes);

    expect(worse(findings)).toEqual(expected);
    expect(findings.map(({ sql }) => sql ?? "").join("\n")).toContain(statement);
  });

  test("a name that LogMiner passes over", async () => {
    expect(worse(await judged({}, { table: "P".repeat(31) }))).toEqual(["blocking source.object_name"]);
    expect(worse(await judged({}, { table: "Patient" }))).toEqual(["hint source.object_name"]);
  });

  test("all columns logged for the whole database are logged for the table", async () => {
    expect(
      worse(
        await judged({
          database: [{ LOG_MODE: "ARCHIVELOG", MINIMAL: "YES", ALL_COLUMNS: "YES" }],
          groups: [],
        }),
      ),
    ).toEqual([]);
  });
});

describe("topics", () => {
  const topic = {
    partitions: 3,
    cleanupPolicy: "delete",
    retentionMs: 604_800_000,
    retentionBytes: -1,
    messageBytesMax: 1_048_588,
  };
  const history = { ...topic, partitions: 1, retentionMs: -1 };
  const kafkaWish: KafkaWish = {
    topic: "t",
    recordBytesMax: 1_000_000,
    hasTombstones: true,
    hasKeylessRecords: false,
    historyTopic: "h",
  };

  test.each<[readonly string[], Partial<KafkaFacts>, Partial<KafkaWish>]>([
    [[], {}, {}],
    [[], { history: null }, { historyTopic: null }],
    [["hint source.topic"], { topic: null }, {}],
    [["warning source.topic"], {}, { hasKeylessRecords: true }],
    [
      ["warning source.topic_policy"],
      { topic: { ...topic, cleanupPolicy: "compact" } },
      { hasTombstones: false },
    ],
    [["warning source.topic_policy"], { topic: { ...topic, retentionMs: 3_600_000 } }, {}],
    [["hint source.record_size"], {}, { recordBytesMax: 8_388_608 }],
    [["warning source.history_topic"], { history: null }, {}],
    [["blocking source.history_topic"], { history: { ...history, partitions: 2 } }, {}],
    [["blocking source.history_topic"], { history: { ...history, retentionMs: 604_800_000 } }, {}],
    [["blocking source.history_topic"], { history: { ...history, cleanupPolicy: "compact" } }, {}],
  ])("%j", (expected, facts, wished) => {
    expect(worse(judgeKafka({ topic, history, ...facts }, { ...kafkaWish, ...wished }))).toEqual(expected);
  });
});
