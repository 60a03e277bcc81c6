import { codes } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { judgePostgres } from "../../src/checks/postgres-checks.ts";
import type { PostgresFacts, PostgresWish } from "../../src/checks/postgres-facts.ts";
import { type SourceCheckName, worstFirst } from "../../src/checks/source-finding.ts";
import { facts, table, wish } from "./postgres-facts.ts";

const findingOf = (
  check: SourceCheckName,
  over: Partial<PostgresFacts>,
  wished: Partial<PostgresWish> = {},
) => judgePostgres({ ...facts, ...over }, { ...wish, ...wished }).find((one) => one.check === check);
const slot = facts.slot ?? null;
const publication = facts.publication ?? null;
const signalTable = facts.signalTable ?? null;
if (slot === null || publication === null || signalTable === null)
  throw new Error("the facts are incomplete");
const notYet = { isMade: false, isRunning: false };

test("a sound source has no finding but good ones, each under a registered code of its own", () => {
  const findings = judgePostgres(facts, wish);

  expect(findings.filter(({ severity }) => severity !== "ok")).toEqual([]);
  expect(new Set(findings.map(({ check }) => check)).size).toBe(findings.length);
  expect(findings.filter(({ check }) => !Object.hasOwn(codes, check))).toEqual([]);
});

type Row = [SourceCheckName, string, Partial<PostgresFacts>, Partial<PostgresWish>, string | null];

describe("what is wrong is said with its severity and a statement to copy", () => {
  test.each<Row>([
    ["source.server_version", "blocking", { serverVersion: 130_012 }, {}, null],
    ["source.wal_level", "blocking", { walLevel: "replica" }, {}, "ALTER SYSTEM SET wal_level = 'logical';"],
    ["source.slots_free", "blocking", { slot: null, slotsUsed: 10 }, notYet, "max_replication_slots = 20"],
    ["source.senders_free", "blocking", { sendersUsed: 10 }, notYet, "max_wal_senders = 20"],
    [
      "source.role",
      "blocking",
      { role: { ...facts.role, canReplicate: false } },
      {},
      'ALTER ROLE "dbz" WITH REPLICATION;',
    ],
    ["source.table", "blocking", { table: null, nearTables: ["his.Patient"] }, {}, null],
    ["source.table", "blocking", { table: { ...table, kind: "other" } }, {}, null],
    [
      "source.table_rights",
      "blocking",
      { table: { ...table, canSelect: false } },
      {},
      'GRANT SELECT ON "his"."patient" TO "dbz";',
    ],
    [
      "source.table_rights",
      "blocking",
      { table: { ...table, canUseSchema: false } },
      {},
      'GRANT USAGE ON SCHEMA "his" TO "dbz";',
    ],
    ["source.row_security", "warning", { table: { ...table, hasRowSecurity: true } }, {}, "BYPASSRLS"],
    ["source.primary_key", "warning", { table: { ...table, primaryKey: [] } }, {}, "ADD PRIMARY KEY"],
    [
      "source.primary_key",
      "blocking",
      { table: { ...table, primaryKey: [] } },
      { globalKey: [] },
      "ADD PRIMARY KEY",
    ],
    [
      "source.replica_identity",
      "blocking",
      { table: { ...table, replicaIdentity: "d", identityColumns: ["id"] } },
      {},
      'ALTER TABLE "his"."patient" REPLICA IDENTITY FULL;',
    ],
    [
      "source.replica_identity",
      "blocking",
      { table: { ...table, replicaIdentity: "n", identityColumns: [] } },
      { globalKey: [] },
      "REPLICA IDENTITY FULL",
    ],
    ["source.replica_identity", "blocking", {}, { globalKey: ["patientid"] }, null],
    [
      "source.partitioned",
      "blocking",
      { table: { ...table, kind: "partitioned" } },
      {},
      "publish_via_partition_root = true",
    ],
    ["source.unlogged", "blocking", { table: { ...table, isUnlogged: true } }, {}, "SET LOGGED"],
    [
      "source.large_columns",
      "hint",
      { table: { ...table, replicaIdentity: "d", identityColumns: ["id"] } },
      { globalKey: ["id"] },
      "REPLICA IDENTITY FULL",
    ],
    [
      "source.publication",
      "blocking",
      { publication: null },
      {},
      'CREATE PUBLICATION "pub_a" FOR TABLE "his"."patient";',
    ],
    [
      "source.publication",
      "blocking",
      { publication: null, table: { ...table, isOwner: false } },
      notYet,
      "CREATE PUBLICATION",
    ],
    [
      "source.publication",
      "blocking",
      { publication: null },
      { ...notYet, config: { "publication.autocreate.mode": "disabled" } },
      "CREATE PUBLICATION",
    ],
    [
      "source.publication",
      "blocking",
      { publication: { ...publication, holdsTable: false } },
      {},
      "ADD TABLE",
    ],
    [
      "source.publication",
      "blocking",
      { publication: { ...publication, isWhole: false } },
      {},
      "SET (publish =",
    ],
    ["source.slot", "blocking", { slot: null }, {}, null],
    [
      "source.slot",
      "blocking",
      { slot: { ...slot, walStatus: "lost" } },
      {},
      "pg_drop_replication_slot('slot_a')",
    ],
    ["source.slot", "blocking", { slot: { ...slot, plugin: "wal2json" } }, {}, null],
    ["source.slot", "warning", { slot: { ...slot, isActive: false } }, {}, "pg_replication_slots"],
    [
      "source.slot_retained",
      "blocking",
      { slot: { ...slot, walStatus: "unreserved" } },
      {},
      "max_slot_wal_keep_size",
    ],
    [
      "source.slot_retained",
      "blocking",
      { slot: { ...slot, retainedBytes: 90n, safeBytes: 9n } },
      {},
      "max_slot_wal_keep_size",
    ],
    [
      "source.slot_retained",
      "warning",
      { slot: { ...slot, retainedBytes: 20_000_000_000n, safeBytes: null } },
      {},
      "pg_replication_slots",
    ],
    [
      "source.slot_retained",
      "hint",
      { slot: { ...slot, retainedBytes: 2_000_000_000n } },
      {},
      "pg_replication_slots",
    ],
    ["source.slot_retained", "hint", { slotKeepMb: -1 }, {}, "max_slot_wal_keep_size"],
    ["source.slot_position", "blocking", { slot: { ...slot, confirmedLsn: 121n } }, {}, null],
    ["source.heartbeat", "warning", {}, { config: {} }, null],
    ["source.signal_table", "hint", { signalTable: null }, {}, "CREATE TABLE"],
    [
      "source.signal_table",
      "warning",
      { signalTable: { ...signalTable, isThere: false } },
      {},
      'CREATE TABLE "his"."signal"',
    ],
    [
      "source.signal_table",
      "warning",
      { signalTable: { ...signalTable, hasPrimaryKey: false } },
      {},
      "DROP TABLE",
    ],
    [
      "source.signal_table",
      "warning",
      { signalTable: { ...signalTable, columns: ["id", "data"] } },
      {},
      "DROP TABLE",
    ],
    [
      "source.signal_table",
      "warning",
      { signalTable: { ...signalTable, canWrite: false } },
      {},
      'GRANT SELECT, INSERT, UPDATE, DELETE ON "his"."signal" TO "dbz";',
    ],
    [
      "source.signal_table",
      "warning",
      { signalTable: { ...signalTable, isPublished: false } },
      {},
      'ADD TABLE "his"."signal"',
    ],
    ["source.time_zone", "hint", { timeZone: "Asia/Shanghai" }, {}, null],
  ])("%s is %s", (check, severity, over, wished, statement) => {
    const finding = findingOf(check, over, wished);

    expect(finding).toMatchObject({
      severity,
      reason: expect.stringMatching(/\.$/),
      remedy: expect.stringMatching(/\.$/),
    });
    if (statement === null) expect(finding?.sql).toBeNull();
    else expect(finding?.sql).toContain(statement);
  });
});

describe("what is right is not called wrong", () => {
  test.each<[SourceCheckName, Partial<PostgresFacts>, Partial<PostgresWish>]>([
    ["source.role", { role: { ...facts.role, canReplicate: false, isSuperuser: true } }, {}],
    ["source.publication", { publication: null }, notYet],
    ["source.slot", { slot: null }, notYet],
    ["source.slots_free", { slotsUsed: 10 }, {}],
    ["source.slot_position", { slot: { ...slot, confirmedLsn: 120n } }, {}],
    ["source.slot_position", {}, { offsetLsn: null }],
    [
      "source.partitioned",
      { table: { ...table, kind: "partitioned" }, publication: { ...publication, isViaRoot: true } },
      {},
    ],
    [
      "source.partitioned",
      { table: { ...table, kind: "partitioned" }, publication: null },
      { config: { "publish.via.partition.root": "true" } },
    ],
    [
      "source.replica_identity",
      { table: { ...table, replicaIdentity: "i", identityColumns: ["patient_id"] } },
      {},
    ],
    [
      "source.row_security",
      { table: { ...table, hasRowSecurity: true }, role: { ...facts.role, isSuperuser: true } },
      {},
    ],
  ])("%s", (check, over, wished) => {
    expect(findingOf(check, over, wished)?.severity).toBe("ok");
  });
});

test("without a table the checks of it are unknown, and not well", () => {
  const findings = judgePostgres({ ...facts, table: null }, wish);

  expect(findings.filter(({ severity }) => severity === "unknown").map(({ check }) => check)).toEqual([
    "source.table_rights",
    "source.row_security",
    "source.primary_key",
    "source.replica_identity",
    "source.partitioned",
    "source.unlogged",
    "source.large_columns",
  ]);
  expect(worstFirst(findings)[0]?.check).toBe("source.table");
});

test("a name with a quote in it does not leave its statement", () => {
  const finding = findingOf(
    "source.replica_identity",
    { table: { ...table, replicaIdentity: "n", identityColumns: [] } },
    {
      table: 'x"; drop table y; --',
      globalKey: [],
    },
  );

  expect(finding?.sql).toBe('ALTER TABLE "his"."x""; drop table y; --" REPLICA IDENTITY FULL;');
});
