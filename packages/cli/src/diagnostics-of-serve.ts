import { availableParallelism, freemem, loadavg, release, totalmem, type } from "node:os";
import type { DiagnosticsPart } from "@gluttony/admin";
import { readMigrationFacts, readServerFacts, readTableFacts } from "@gluttony/postgres";
import { examine } from "./commands/doctor.ts";
import { processEnvironment, type Settings } from "./parse-environment.ts";
import { recentLines } from "./recent-lines.ts";
import { explainSettings } from "./settings/explain-settings.ts";
import type { Stores } from "./stores.ts";
import { version } from "./version.ts";

/** What a host adds to a diagnostics bundle, besides the answers of its API. */
export function diagnosticsOf({
  stores,
  settings,
}: {
  readonly stores: Stores;
  readonly settings: Settings;
}): readonly DiagnosticsPart[] {
  const { pool } = stores;
  return [
    { path: "host/versions.json", source: "this process", read: async () => machineOf(settings) },
    {
      path: "host/settings.json",
      source: "gluttony config explain",
      read: async () => explainSettings(processEnvironment),
    },
    { path: "host/doctor.json", source: "gluttony doctor", read: examine },
    { path: "host/hosts.json", source: "cdc.host", read: () => stores.hosts.list() },
    { path: "database/migrations.json", source: "cdc.migration", read: () => readMigrationFacts(pool) },
    { path: "database/tables.json", source: "pg_class", read: () => readTableFacts(pool) },
    {
      path: "database/server.json",
      source: "pg_settings, pg_stat_activity",
      read: () => readServerFacts(pool),
    },
    { path: "audit/head.json", source: "cdc.audit", read: () => auditHead(stores) },
    { path: "host/log.jsonl", source: "the log of this host", read: async () => recentLines.text() },
  ];
}

function machineOf({ hostId }: Settings): object {
  return {
    gluttony: version,
    node: process.versions,
    host: hostId,
    platform: `${process.platform} ${process.arch}`,
    system: `${type()} ${release()}`,
    processors: availableParallelism(),
    load: loadavg(),
    memory: { totalBytes: totalmem(), freeBytes: freemem(), ofProcess: process.memoryUsage() },
    upS: Math.round(process.uptime()),
    at: new Date(),
  };
}

/** The last link of the chain; who keeps it can prove later that nothing before it was changed. */
async function auditHead({ access: { audit } }: Stores): Promise<object> {
  const [head] = await audit.list({ limit: 1 });
  return head === undefined ? { seq: "0" } : { seq: head.seq, at: head.at, hash: head.hash };
}
