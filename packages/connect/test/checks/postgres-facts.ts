import type { PostgresFacts, PostgresTable, PostgresWish } from "../../src/checks/postgres-facts.ts";

/** A table with which nothing is wrong. */
export const table: PostgresTable = {
  kind: "table",
  isUnlogged: false,
  isOwner: true,
  canSelect: true,
  canUseSchema: true,
  hasRowSecurity: false,
  primaryKey: ["id"],
  replicaIdentity: "f",
  identityColumns: ["id", "patient_id", "note"],
  columns: ["id", "patient_id", "note"],
  largeColumns: ["note"],
};

/** A source with which nothing is wrong, and whose connector runs. */
export const facts: PostgresFacts = {
  serverVersion: 160_004,
  walLevel: "logical",
  timeZone: "UTC",
  slotKeepMb: 51_200,
  slotsMax: 10,
  slotsUsed: 3,
  sendersMax: 10,
  sendersUsed: 3,
  role: { name: "dbz", isSuperuser: false, canReplicate: true, canCreate: true },
  table,
  nearTables: [],
  publication: { isOfAllTables: false, holdsTable: true, tables: 2, isWhole: true, isViaRoot: false },
  slot: {
    plugin: "pgoutput",
    isActive: true,
    walStatus: "reserved",
    retainedBytes: 1_048_576n,
    safeBytes: 53_687_091_200n,
    restartLsn: 90n,
    confirmedLsn: 100n,
  },
  signalTable: {
    name: "his.signal",
    isThere: true,
    columns: ["id", "type", "data"],
    hasPrimaryKey: true,
    canWrite: true,
    isPublished: true,
  },
};

export const wish: PostgresWish = {
  schema: "his",
  table: "patient",
  globalKey: ["patient_id"],
  slotName: "slot_a",
  publicationName: "pub_a",
  config: { "heartbeat.interval.ms": "10000", "publication.autocreate.mode": "filtered" },
  isMade: true,
  isRunning: true,
  offsetLsn: 120n,
};
