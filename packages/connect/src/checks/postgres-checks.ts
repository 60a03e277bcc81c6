import type { PostgresFacts, PostgresWish } from "./postgres-facts.ts";
import { heartbeat, signalTable } from "./postgres-extras.ts";
import { publication, slot, slotPosition, slotRetained } from "./postgres-replication.ts";
import { role, sendersFree, serverVersion, slotsFree, timeZone, walLevel } from "./postgres-server.ts";
import {
  largeColumns,
  partitioned,
  primaryKey,
  replicaIdentity,
  rowSecurity,
  tableRights,
  tableThere,
  unlogged,
} from "./postgres-table.ts";
import type { SourceFinding } from "./source-finding.ts";

/** In the order in which a person would look. */
const checks: readonly ((facts: PostgresFacts, wish: PostgresWish) => SourceFinding)[] = [
  serverVersion,
  walLevel,
  slotsFree,
  sendersFree,
  role,
  tableThere,
  tableRights,
  rowSecurity,
  primaryKey,
  replicaIdentity,
  partitioned,
  unlogged,
  largeColumns,
  publication,
  slot,
  slotRetained,
  slotPosition,
  heartbeat,
  signalTable,
  timeZone,
];

/** Every check of a PostgreSQL source. Pure. */
export function judgePostgres(facts: PostgresFacts, wish: PostgresWish): readonly SourceFinding[] {
  return checks.map((check) => check(facts, wish));
}
