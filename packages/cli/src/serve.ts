import { type ConnectorsCollaborators, createConnectors } from "@gluttony/connect";
import { cellMachine, createPluginHost, firstPartyPackages } from "@gluttony/core";
import { createHttpClient, createSchemaRegistry, createTargetCaller } from "@gluttony/egress";
import { createKafkaSources, createKafkaTopics } from "@gluttony/kafka";
import { GluttonyError } from "@gluttony/model";
import { createHandlerStates, dropReplication, type HostIdHold, requireMigrated } from "@gluttony/postgres";
import { HostErrors, Metrics, Supervisor, systemClock, TargetBreakers } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import { adminServerOf } from "./admin-of-serve.ts";
import { connectorPortsOf } from "./connector-ports-of-serve.ts";
import { changesOfServe } from "./changes-of-serve.ts";
import { watchConnectors } from "./connector-watch.ts";
import { firstPartyFrom } from "./first-party.ts";
import { endOnCrash } from "./crash-report.ts";
import { Ending } from "./ending.ts";
import { beat, keepHouse, keepStore } from "./host-beats.ts";
import { readinessOf } from "./host-readiness.ts";
import { identityOfServe } from "./identity-of-serve.ts";
import { inspectSourceTable } from "./inspect-source-table.ts";
import { knownSecrets } from "./known-secrets.ts";
import { createLog } from "./log.ts";
import type { Settings } from "./parse-environment.ts";
import { ownHostId } from "./own-host-id.ts";
import { protectedConsumers } from "./protected-consumers.ts";
import { refuseClearSecrets } from "./refuse-clear-secrets.ts";
import { AttemptNotes } from "./records/attempt-notes.ts";
import { notingPlugins } from "./records/noting-plugins.ts";
import { openStores, openSubjectHash, storeDirOf } from "./stores.ts";
import { namesOf } from "./target-names.ts";
import { keepTelemetry } from "./telemetry-of-serve.ts";
import { telemetryOf } from "./tracing-of-serve.ts";
import { version } from "./version.ts";

/** Milliseconds in which running consumers drain when the host stops. */
const drainBudgetMs = 8_000;
/** Milliseconds until a host that does not come to its end is ended. */
const endLimitMs = 25_000;

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
  const plainLog = createLog(settings.logLevel, { service: "gluttony", version, host: settings.hostId });
  const metrics = new Metrics(version);
  const telemetry = await telemetryOf(settings, { metrics, log: plainLog });
  const log = telemetry.log(plainLog);
  const stores = openStores(settings, log);
  const kafka = { brokers: settings.brokers, clientId: `gluttony-${settings.hostId}`, log };
  const topics = createKafkaTopics(kafka);
  const http = telemetry.connect(createHttpClient(), settings.connectUrls);
  const breakers = new TargetBreakers(systemClock, Math.random);
  const targets = createTargetCaller(
    { concurrencyPerOrigin: settings.targetConcurrency },
    { gate: breakers },
  );
  const { schemaRegistry } = settings;
  const schemas = schemaRegistry === null ? null : createSchemaRegistry(schemaRegistry, { gate: breakers });
  await using ending = new Ending(log);
  ending.add(() => telemetry.close());
  for (const part of [stores.pool, topics, http, targets]) ending.add(() => part.close());
  if (schemas !== null) ending.add(() => schemas.close());
  ending.add(async () => breakers.close());

  await refuseClearSecrets(stores, settings);
  const subjects = await openSubjectHash(stores);
  const plainPlugins = createPluginHost(
    {
      releases: stores.releases,
      once: stores.once,
      states: createHandlerStates(stores.pool, { box: stores.box, hash: subjects }),
      secrets: stores.secrets,
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
  const plugins = telemetry.plugins(plainPlugins);
  ending.add(() => plugins.close(drainBudgetMs));
  const readiness = readinessOf(stores, settings, log);
  const connectorsWith = {
    http,
    registry: stores.registry,
    resolveSecret: (value, consumerId) => stores.secrets.resolveConnString(value, consumerId),
    hide: (text) => knownSecrets.scrubText(text),
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
  const notes = new AttemptNotes();
  const supervisor = new Supervisor(
    {
      plugins: notingPlugins(plugins, notes),
      connectors,
      sources: createKafkaSources(kafka),
      positions: telemetry.positions(stores.positions),
      deadLetters: telemetry.deadLetters(stores.deadLetters),
      shadows: stores.shadows,
      takeBacks: stores.takeBacks,
      errors,
      observations: stores.observations,
      desired: telemetry.desired(protectedConsumers(stores, log, () => readiness.wake())),
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
  const connectorPorts = connectorPortsOf(connectorsWith, connectors, { stores, settings, topics });
  const looking = changesOfServe(stores, { topics, schemas });
  const signIn = identityOfServe(settings.oidc, stores, ending);
  const parts = {
    settings,
    stores,
    topics,
    plugins,
    connectorPorts,
    looking,
    signIn,
    subjects,
    metrics,
    http,
    log,
    telemetry,
    notes,
  };
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

/** A peer that never answers must not keep a stopped host alive. */
function endInTime(log: Logger): void {
  setTimeout(() => {
    log.error("not stopped in time", { code: new GluttonyError("internal.unexpected").code });
    process.exit(1);
  }, endLimitMs).unref();
}
