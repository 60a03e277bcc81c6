import { slotStatement } from "./postgres-server.ts";
import type { PostgresFacts, PostgresPublication, PostgresSlot, PostgresWish } from "./postgres-facts.ts";
import { type SourceFinding, fine, literal, quoted } from "./source-finding.ts";

/** Bytes of log held by a slot that are worth a word, and that are a danger. */
const RETAINED_HINT = 1_073_741_824n;
const RETAINED_WARNING = 10_737_418_240n;

export function publication(facts: PostgresFacts, wish: PostgresWish): SourceFinding {
  return facts.publication === null ? noPublication(facts, wish) : heldPublication(facts.publication, wish);
}

function noPublication({ table, role }: PostgresFacts, wish: PostgresWish): SourceFinding {
  const canMake = role.isSuperuser || (role.canCreate && table?.isOwner === true);
  const mode = wish.config["publication.autocreate.mode"] ?? "all_tables";
  const facts = {
    publication: wish.publicationName,
    mode,
    can_create: role.canCreate,
    owner: table?.isOwner ?? false,
  };
  const sql = `CREATE PUBLICATION ${quoted(wish.publicationName)} FOR TABLE ${quoted(wish.schema)}.${quoted(wish.table)};`;
  if (wish.isMade)
    return {
      check: "source.publication",
      severity: "blocking",
      reason: "The connector's publication is gone: no change reaches it any more.",
      facts,
      remedy: "Make it again, restart the connector, and read the table anew by a snapshot.",
      sql,
    };
  if (mode !== "disabled" && canMake)
    return fine("source.publication", "The connector makes its publication itself.", facts);
  return {
    check: "source.publication",
    severity: "blocking",
    reason:
      "There is no publication, and the login may not make one: it needs CREATE on the database and the table's ownership.",
    facts,
    remedy: "Make it as the table's owner.",
    sql,
  };
}

function heldPublication(held: PostgresPublication, wish: PostgresWish): SourceFinding {
  const facts = { publication: wish.publicationName, tables: held.tables, all_tables: held.isOfAllTables };
  const name = quoted(wish.publicationName);
  if (!held.holdsTable)
    return {
      check: "source.publication",
      severity: "blocking",
      reason: "The publication does not hold the table: its changes reach nobody, without an error.",
      facts,
      remedy: "Add the table; another connector of the same publication may have replaced its tables.",
      sql: `ALTER PUBLICATION ${name} ADD TABLE ${quoted(wish.schema)}.${quoted(wish.table)};`,
    };
  if (!held.isWhole)
    return {
      check: "source.publication",
      severity: "blocking",
      reason: "The publication leaves out inserts, updates or deletes.",
      facts,
      remedy: "Publish all of them.",
      sql: `ALTER PUBLICATION ${name} SET (publish = 'insert, update, delete, truncate');`,
    };
  return fine("source.publication", "The publication holds the table.", facts);
}

export function slot(facts: PostgresFacts, wish: PostgresWish): SourceFinding {
  const { slot: held } = facts;
  const told = { slot: wish.slotName };
  if (held === null) {
    if (!wish.isMade) return fine("source.slot", "The connector makes its slot itself.", told);
    return {
      check: "source.slot",
      severity: "blocking",
      reason: "The connector's slot is gone: what was changed since is not in it, and a new one begins now.",
      facts: told,
      remedy: "Restart the connector, which makes a slot, and read the table anew by a snapshot.",
      sql: null,
    };
  }
  return heldSlot(held, wish);
}

function heldSlot(held: PostgresSlot, wish: PostgresWish): SourceFinding {
  const facts = {
    slot: wish.slotName,
    active: held.isActive,
    wal_status: held.walStatus,
    plugin: held.plugin,
  };
  const base = { check: "source.slot", facts } as const;
  if (held.walStatus === "lost")
    return {
      ...base,
      severity: "blocking",
      reason: "The source dropped log that the slot still needed: changes are lost.",
      remedy: "Drop the slot, restart the connector, and read the table anew by a snapshot.",
      sql: `SELECT pg_drop_replication_slot(${literal(wish.slotName)});`,
    };
  if (held.plugin !== "pgoutput")
    return {
      ...base,
      severity: "blocking",
      reason: `The slot was made for the plugin ${held.plugin}; the connector reads pgoutput.`,
      remedy: "Use another slot name.",
      sql: null,
    };
  if (wish.isRunning && !held.isActive)
    return {
      ...base,
      severity: "warning",
      reason: "The connector runs and nobody reads its slot.",
      remedy: "Look again in a minute; then restart the connector.",
      sql: slotStatement(wish.slotName),
    };
  return fine(
    "source.slot",
    held.isActive ? "The slot is being read." : "The slot waits for its connector.",
    facts,
  );
}

export function slotRetained({ slot: held, slotKeepMb }: PostgresFacts, wish: PostgresWish): SourceFinding {
  if (held === null) return fine("source.slot_retained", "There is no slot yet.");
  const facts = {
    retained_bytes: String(held.retainedBytes),
    safe_bytes: held.safeBytes === null ? null : String(held.safeBytes),
    wal_status: held.walStatus,
    max_slot_wal_keep_size_mb: slotKeepMb,
  };
  const isAtRisk =
    held.walStatus === "unreserved" || (held.safeBytes !== null && held.safeBytes < held.retainedBytes / 9n);
  const megabytes = held.retainedBytes / 1_048_576n;
  const base = { check: "source.slot_retained", facts, sql: slotStatement(wish.slotName) } as const;
  if (isAtRisk)
    return {
      ...base,
      severity: "blocking",
      reason: `The slot holds ${megabytes} MB of log and will be lost soon: the server's limit is nearly reached.`,
      remedy: "Let the connector run, or raise max_slot_wal_keep_size at once.",
      sql: `ALTER SYSTEM SET max_slot_wal_keep_size = '${Math.max(1_024, slotKeepMb * 2)}MB';\nSELECT pg_reload_conf();`,
    };
  if (held.retainedBytes >= RETAINED_WARNING)
    return {
      ...base,
      severity: "warning",
      reason: `The slot holds ${megabytes} MB of log: the source's disk fills.`,
      remedy: "Let the connector run, or drop the slot if nobody will read it again.",
    };
  if (held.retainedBytes >= RETAINED_HINT)
    return {
      ...base,
      severity: "hint",
      reason: `The slot holds ${megabytes} MB of log.`,
      remedy: "See whether the connector keeps up, and whether its heartbeat is on.",
    };
  if (slotKeepMb < 0)
    return {
      ...base,
      severity: "hint",
      reason: `The slot holds ${megabytes} MB of log; a connector that stays away can fill the source's disk, as nothing limits it.`,
      remedy: "Limit it: a slot that is lost costs a new snapshot, a full disk stops the source.",
      sql: "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';\nSELECT pg_reload_conf();",
    };
  return fine("source.slot_retained", `The slot holds ${megabytes} MB of log.`, facts);
}

/** Whether the slot still has what lies behind the connector's own position: a slot made anew begins later. */
export function slotPosition({ slot: held }: PostgresFacts, { offsetLsn }: PostgresWish): SourceFinding {
  if (held === null || held.confirmedLsn === null || offsetLsn === null)
    return fine("source.slot_position", "There are no two positions to compare yet.");
  const facts = { offset_lsn: String(offsetLsn), confirmed_lsn: String(held.confirmedLsn) };
  if (held.confirmedLsn <= offsetLsn)
    return fine("source.slot_position", "The slot has everything behind the connector's position.", facts);
  return {
    check: "source.slot_position",
    severity: "blocking",
    reason: "The slot begins behind the connector's position: changes in between are lost to it.",
    facts,
    remedy: "Somebody dropped the slot or moved it on. Read the table anew by a snapshot.",
    sql: null,
  };
}
