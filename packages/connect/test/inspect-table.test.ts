import { expect, test } from "vitest";
import { mysqlTable, oracleTable, sqlServerTable } from "../src/dialects/inspect-table.ts";

const table = { columns: ["id", "patient_id"], primaryKey: ["id"] };
const gone = { columns: [], primaryKey: [] };
const whole = { identityColumns: table.columns, replicaIdentity: "f", exists: true };

const mysql = (variables: Record<string, string>) => ({
  version: "8.4.0",
  grants: [],
  variables: new Map(Object.entries({ log_bin: "ON", ...variables })),
  table,
});

test("MySQL's log carries whole rows, or their keys alone", () => {
  expect(mysqlTable(mysql({ binlog_row_image: "FULL" }))).toMatchObject(whole);
  expect(mysqlTable(mysql({ binlog_row_image: "MINIMAL" }))).toMatchObject({
    identityColumns: ["id"],
    replicaIdentity: "i",
  });
  expect(mysqlTable({ ...mysql({}), table: gone })).toMatchObject({ exists: false });
  expect(() => mysqlTable(mysql({ log_bin: "OFF" }))).toThrow(
    expect.objectContaining({ code: "connect.rejected" }),
  );
});

const sqlServer = {
  isCdcEnabled: true,
  isSysadmin: false,
  agent: "Running",
  retentionMinutes: 4_320,
  canSelect: true,
  table,
};
const instance = (...columns: string[]) => ({ name: "HIS_Pat_1", role: "", isMember: true, columns });

test("SQL Server captures what the newest instance names", () => {
  const stale = sqlServerTable({ ...sqlServer, instances: [instance("id", "patient_id"), instance("id")] });

  expect(sqlServerTable({ ...sqlServer, instances: [instance("id", "patient_id")] })).toMatchObject(whole);
  expect(stale).toMatchObject({ identityColumns: ["id"], replicaIdentity: "i", canRead: true });
  expect(() => sqlServerTable({ ...sqlServer, instances: [] })).toThrow(
    expect.objectContaining({ code: "connect.rejected" }),
  );
  expect(sqlServerTable({ ...sqlServer, canSelect: false, instances: [] })).toMatchObject({ canRead: false });
  expect(sqlServerTable({ ...sqlServer, table: gone, instances: [] })).toMatchObject({ exists: false });
});

const oracle = {
  logMode: "ARCHIVELOG",
  minimalLogging: "YES",
  allColumnLogging: "NO",
  tableLogsAll: false,
  privileges: null,
  redoBytesMin: null,
  redoGroups: null,
  canSelect: true,
  table,
};

test("Oracle logs whole rows for the table or for the database, or the keys alone", () => {
  expect(oracleTable({ ...oracle, tableLogsAll: true })).toMatchObject(whole);
  expect(oracleTable({ ...oracle, allColumnLogging: "YES" })).toMatchObject(whole);
  expect(oracleTable(oracle)).toMatchObject({ identityColumns: ["id"], replicaIdentity: "i" });
});
