import type { PostgresFacts, PostgresWish } from "./postgres-facts.ts";
import { type SourceFinding, fine, literal, quoted } from "./source-finding.ts";

/** The oldest release that Debezium's connector still reads. */
const VERSION_MIN = 140_000;

export function serverVersion({ serverVersion: version }: PostgresFacts): SourceFinding {
  const release = Math.floor(version / 10_000);
  const facts = { version: release, oldest: VERSION_MIN / 10_000 };
  if (version >= VERSION_MIN)
    return fine("source.server_version", `The server is PostgreSQL ${release}.`, facts);
  return {
    check: "source.server_version",
    severity: "blocking",
    reason: `The server is PostgreSQL ${release}; the connector reads 14 and newer.`,
    facts,
    remedy: "Upgrade the server.",
    sql: null,
  };
}

export function walLevel({ walLevel: level }: PostgresFacts): SourceFinding {
  const facts = { wal_level: level };
  if (level === "logical")
    return fine("source.wal_level", "The server writes what logical replication needs.", facts);
  return {
    check: "source.wal_level",
    severity: "blocking",
    reason: `wal_level is ${level}: the log does not say which rows changed.`,
    facts,
    remedy: "Set it to logical and restart the server.",
    sql: "ALTER SYSTEM SET wal_level = 'logical';\n-- then restart the server",
  };
}

export function slotsFree(facts: PostgresFacts, { isMade }: PostgresWish): SourceFinding {
  const counts = { used: facts.slotsUsed, max: facts.slotsMax };
  const free = facts.slotsMax - facts.slotsUsed;
  if (isMade && facts.slot !== null) return fine("source.slots_free", "The connector has its slot.", counts);
  if (free > 0)
    return fine("source.slots_free", `${free} of ${facts.slotsMax} replication slots are free.`, counts);
  return {
    check: "source.slots_free",
    severity: "blocking",
    reason: `All ${facts.slotsMax} replication slots are taken.`,
    facts: counts,
    remedy: "Drop a slot that nobody reads, or raise max_replication_slots and restart the server.",
    sql: [
      "SELECT slot_name, active, restart_lsn FROM pg_replication_slots ORDER BY active, slot_name;",
      `ALTER SYSTEM SET max_replication_slots = ${facts.slotsMax + 10};`,
    ].join("\n"),
  };
}

export function sendersFree(facts: PostgresFacts, { isRunning }: PostgresWish): SourceFinding {
  const counts = { used: facts.sendersUsed, max: facts.sendersMax };
  const free = facts.sendersMax - facts.sendersUsed;
  if (isRunning || free > 0)
    return fine("source.senders_free", `${free} of ${facts.sendersMax} WAL senders are free.`, counts);
  return {
    check: "source.senders_free",
    severity: "blocking",
    reason: `All ${facts.sendersMax} WAL senders are in use.`,
    facts: counts,
    remedy: "Raise max_wal_senders and restart the server.",
    sql: `ALTER SYSTEM SET max_wal_senders = ${facts.sendersMax + 10};`,
  };
}

export function role({ role: who }: PostgresFacts): SourceFinding {
  const facts = { role: who.name, superuser: who.isSuperuser, replication: who.canReplicate };
  if (who.isSuperuser || who.canReplicate) return fine("source.role", "The login may replicate.", facts);
  return {
    check: "source.role",
    severity: "blocking",
    reason: "The login may not replicate.",
    facts,
    remedy:
      "Give it the right; on a managed service grant the service's role for it, such as rds_replication.",
    sql: `ALTER ROLE ${quoted(who.name)} WITH REPLICATION;`,
  };
}

export function timeZone({ timeZone: zone }: PostgresFacts): SourceFinding {
  const facts = { time_zone: zone };
  const isUtc = /^(?:etc\/)?(?:utc|gmt|uct|zulu)$/i.test(zone);
  if (isUtc) return fine("source.time_zone", "The server's clock is shown in UTC.", facts);
  return {
    check: "source.time_zone",
    severity: "hint",
    reason: `The server's time zone is ${zone}: columns without a zone hold local times.`,
    facts,
    remedy: "Have handlers read timestamp columns as local times of the source.",
    sql: null,
  };
}

/** What a role needs for a statement of its own, in the words of the other checks. */
export function grantStatement(who: string, schema: string, table: string): string {
  return [
    `GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${quoted(who)};`,
    `GRANT SELECT ON ${quoted(schema)}.${quoted(table)} TO ${quoted(who)};`,
  ].join("\n");
}

/** The text of a `SELECT` that lists a slot. */
export function slotStatement(slot: string): string {
  return `SELECT * FROM pg_replication_slots WHERE slot_name = ${literal(slot)};`;
}
