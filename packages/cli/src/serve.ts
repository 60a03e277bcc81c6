import { type AdminServer, type ConnectorStatus, createAdminServer } from "@gluttony/admin";
import {
  checkOptions,
  type ConnectConnectors,
  type ConnectorsCollaborators,
  createConnectors,
} from "@gluttony/connect";
import { cellMachine, createPluginHost, firstPartyPackages, type PluginHost } from "@gluttony/core";
import {
  createHttpClient,
  createSchemaRegistry,
  createTargetCaller,
  type HttpClient,
} from "@gluttony/egress";
import { createKafkaSources, createKafkaTopics, type KafkaTopics } from "@gluttony/kafka";
import {
  checkDraft,
  type ConsumerDraft,
  dataSourceNamed,
  type Fault,
  GluttonyError,
  toGluttonyError,
  type ConsumerRow,
  parseConfiguration,
  parseConsumer,
} from "@gluttony/model";
import {
  createHandlerStates,
  dropReplication,
  type HostIdHold,
  requireMigrated,
  resolveConnString,
  resolveReference,
} from "@gluttony/postgres";
import {
  HostErrors,
  Metrics,
  Supervisor,
  type SubjectHash,
  systemClock,
  TargetBreakers,
} from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import { watchConnectors } from "./connector-watch.ts";
import { explainConsumer } from "./explain-consumer.ts";
import { firstPartyFrom } from "./first-party.ts";
import { endOnCrash } from "./crash-report.ts";
import { Ending } from "./ending.ts";
import { beat, keepHouse, keepStore } from "./host-beats.ts";
import { readinessOf } from "./host-readiness.ts";
import { inspectSourceTable } from "./inspect-source-table.ts";
import { createLog } from "./log.ts";
import type { Settings } from "./parse-environment.ts";
import { ownHostId } from "./own-host-id.ts";
import { handlerConfigOf, pluginDeskOf } from "./plugins-of-serve.ts";
import { protectedConsumers } from "./protected-consumers.ts";
import { openStores, openSubjectHash, storeDirOf, type Stores } from "./stores.ts";
import { keepTelemetry, telemetryPorts } from "./telemetry-of-serve.ts";
import { version } from "./version.ts";

/** Milliseconds in which running consumers drain when the host stops. */
const drainBudgetMs = 8_000;
/** Milliseconds until a host that does not come to its end is ended. */
const endLimitMs = 25_000;
const pingLimitMs = 2_000;

/** When a host stops. */
export interface StopSignals {
  /** Drain what runs, then end. */
  readonly stop: AbortSignal;
  /** End at once, but say first what is in flight. */
  readonly hurry: AbortSignal;
}

/**
 * Composes the whole program and runs it until the signal. Answers how many keys were left in flight because they did
 * not end in time. This file alone connects ports with adapters.
 */
export async function serve(asked: Settings, { stop: signal, hurry }: StopSignals): Promise<number> {
  const startLog = createLog(asked.logLevel, { service: "gluttony", version, host: asked.hostId });
  endOnCrash(startLog);
  await using hold = await holdOf(asked, startLog);
  const settings = { ...asked, hostId: hold.hostId };
  const log = createLog(settings.logLevel, { service: "gluttony", version, host: settings.hostId });
  const stores = openStores(settings, log);
  const kafka = { brokers: settings.brokers, clientId: `gluttony-${settings.hostId}`, log };
  const topics = createKafkaTopics(kafka);
  const http = createHttpClient();
  const breakers = new TargetBreakers(systemClock, Math.random);
  const targets = createTargetCaller(
    { concurrencyPerOrigin: settings.targetConcurrency },
    { gate: breakers },
  );
  const { schemaRegistry } = settings;
  const schemas = schemaRegistry === null ? null : createSchemaRegistry(schemaRegistry, { gate: breakers });
  const metrics = new Metrics(version);
  await using ending = new Ending(log);
  for (const part of [stores.pool, topics, http, targets]) ending.add(() => part.close());
  if (schemas !== null) ending.add(() => schemas.close());
  ending.add(async () => breakers.close());

  const subjects = await openSubjectHash(stores);
  const plugins = createPluginHost(
    {
      releases: stores.releases,
      once: stores.once,
      states: createHandlerStates(stores.pool, { box: stores.box, hash: subjects }),
      secrets: { resolve: (reference) => resolveReference(reference, process.env) },
      targets,
      log,
    },
    {
      firstParty: { from: firstPartyFrom, packages: firstPartyPackages },
      env: namesOf(settings.targetHosts),
      storeDir: storeDirOf(settings),
      cellOptions: { machine: cellMachine(settings.cells) },
    },
  );
  ending.add(() => plugins.close(drainBudgetMs));
  const readiness = readinessOf(stores, settings, log);
  const connectorsWith = {
    http,
    registry: stores.registry,
    resolveSecret: (value, consumerId) =>
      resolveConnString(value, consumerId, { box: stores.box, env: process.env }),
    inspectTable: inspectSourceTable,
    dropReplication,
    workerBrokers: settings.workerBrokers.join(","),
    ensureTopic: (name, wish) => topics.ensureTopic(name, wish),
    consumerIds: async () => (await stores.consumers.list()).map((row) => row.id),
    clock: systemClock,
    random: Math.random,
    log,
  } satisfies ConnectorsCollaborators;
  const connectors = createConnectors(connectorsWith, { workers: settings.connectUrls });
  const errors = new HostErrors({ book: stores.errors, clock: systemClock, log });
  const supervisor = new Supervisor(
    {
      plugins,
      connectors,
      sources: createKafkaSources(kafka),
      positions: stores.positions,
      deadLetters: stores.deadLetters,
      shadows: stores.shadows,
      takeBacks: stores.takeBacks,
      errors,
      observations: stores.observations,
      desired: protectedConsumers(stores, log, () => readiness.wake()),
      fence: stores.fence,
      schemas,
      subjects,
      breakers,
      clock: systemClock,
      random: Math.random,
      log,
      metrics,
    },
    { hostId: settings.hostId, fetchWaitMs: settings.fetchWaitMs },
  );
  const parts = { settings, stores, topics, plugins, connectors, subjects, metrics, http, log };
  const admin = adminServerOf(parts);
  ending.add(() => admin.close());
  const { url } = await admin.listen();
  log.info("gluttony serves", { url, kafka: settings.brokers.join(",") });
  const beating = Promise.all([
    beat(stores, settings, signal),
    keepHouse(stores, log, signal),
    keepStore(stores, { settings, log }, signal),
    readiness.run(signal),
    errors.run(signal),
    watchConnectors(connectorsWith, { stores, settings, topics }, signal),
    keepTelemetry(connectorsWith, { stores, settings, topics, metrics, log }, signal),
  ]);
  signal.addEventListener("abort", () => endInTime(log), { once: true });
  hurry.addEventListener("abort", () => supervisor.abandon(), { once: true });
  const abandoned = await supervisor.run(signal, drainBudgetMs);
  await beating;
  await errors.write();
  log.info("gluttony stopped");
  return abandoned;
}

/** The id is held on a connection of its own; the pool that it was asked through is closed again. */
async function holdOf(asked: Settings, log: Logger): Promise<HostIdHold> {
  const { pool } = openStores(asked, log);
  try {
    await requireMigrated(pool);
    return await ownHostId(asked.hostId, pool, log);
  } finally {
    await pool.close();
  }
}

interface AdminParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly topics: KafkaTopics;
  readonly plugins: PluginHost;
  readonly connectors: ConnectConnectors;
  readonly subjects: SubjectHash;
  readonly metrics: Metrics;
  readonly http: HttpClient;
  readonly log: Logger;
}

function adminServerOf({
  settings,
  stores,
  topics,
  plugins,
  connectors,
  subjects,
  metrics,
  http,
  log,
}: AdminParts): AdminServer {
  const { host, port, token } = settings.admin;
  return createAdminServer(
    {
      consumers: stores.consumers,
      observations: stores.observations,
      positions: stores.positions,
      deadLetters: stores.deadLetters,
      fence: stores.fence,
      releases: stores.releases,
      errors: stores.errors,
      plugins: pluginDeskOf({ stores, settings, env: namesOf(settings.targetHosts), log }),
      access: stores.access,
      steering: stores.steering,
      operations: stores.operations,
      revisions: stores.revisions,
      log: { info: log.info, warn: log.warn, error: log.error },
      filteredCounts: (consumerId) => stores.positions.filteredByRule(consumerId),
      checkConsumer: (draft) => [...checkDraft(draft), ...optionFaults(draft)],
      connectorStatus: (row) => statusOfConnector(connectors, row),
      topicBounds: (topic) => topics.topicBounds(topic),
      offsetsAt: (topic, timeMs) => topics.offsetsAt(topic, timeMs),
      explain: (row, wish) => explainConsumer(row, wish, { stores, topics, subjects }),
      validateHandler: (draft) => handlerFaults(plugins, draft),
      readiness: async () => {
        const parts = await Promise.all([
          partOf("database", () => requireMigrated(stores.pool)),
          partOf("kafka", () => topics.ping(pingLimitMs)),
        ]);
        return { ok: parts.every((part) => part.ok), parts };
      },
      ...telemetryPorts({ stores, metrics, http }),
    },
    { host, port, version, ...(token === null ? {} : { token }) },
  );
}

/** The faults of connector options that are texts; the others are faults of the draft already. */
function optionFaults(draft: ConsumerDraft): readonly Fault[] {
  const { configuration } = parseConfiguration(draft.configuration);
  return checkOptions(configuration.connector.options, dataSourceNamed(draft.dataSource) ?? "postgresql");
}

/** What Kafka Connect says of the connector behind a row; null for a row that has none. */
async function statusOfConnector(
  connectors: ConnectConnectors,
  row: ConsumerRow,
): Promise<ConnectorStatus | null> {
  const parsed = parseConsumer(row);
  if ("faults" in parsed || parsed.consumer.source === null) return null;
  const status = await connectors.connectorStatus(parsed.consumer);
  if (status === null) return null;
  return {
    name: status.name,
    state: status.state,
    tasks: status.taskStates.map((state, id) => ({ id, state })),
  };
}

/** The faults that only the plugin's manifest and schema can tell. */
async function handlerFaults(plugins: PluginHost, draft: ConsumerDraft): Promise<readonly Fault[]> {
  try {
    await plugins.resolve(draft.handlerFunc, handlerConfigOf(draft.configuration));
    return [];
  } catch (error) {
    const { code, message, faults } = toGluttonyError(error);
    if (faults.length > 0) return faults;
    return [{ path: "handler_func", message: `${code}: ${message}` }];
  }
}

/** The targets' addresses that are set, for settings of plugins that refer to them. */
function namesOf(hosts: Settings["targetHosts"]): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(hosts).flatMap(([name, url]) => (url === null ? [] : [[name, url]])),
  );
}

async function partOf(
  name: string,
  work: () => Promise<unknown>,
): Promise<{ name: string; ok: boolean; detail: string }> {
  try {
    await work();
    return { name, ok: true, detail: "ok" };
  } catch (error) {
    return { name, ok: false, detail: toGluttonyError(error).code };
  }
}

/** A peer that never answers must not keep a stopped host alive. */
function endInTime(log: Logger): void {
  setTimeout(() => {
    log.error("not stopped in time", { code: new GluttonyError("internal.unexpected").code });
    process.exit(1);
  }, endLimitMs).unref();
}
