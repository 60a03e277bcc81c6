import { type Consumer, GluttonyError } from "@gluttony/model";
import type { Connectors } from "@gluttony/runtime";
import { createConnectClient } from "./connect-client.ts";
import { POSTGRES_CONNECTOR, type PlannedConnector, configHash, planConnector } from "./connector-config.ts";
import { type ConnectorStatus, connectorStatusOf } from "./connector-status.ts";
import { keyColumnsOf } from "./key-columns.ts";
import { parseConnString } from "./parse-conn-string.ts";
import type { ConnectorsCollaborators, ConnectorsSettings, RegisteredConnector } from "./ports.ts";
import { removeUnusedConnectors } from "./remove-unused.ts";
import type { ScrubRules } from "./scrub.ts";
import { waitUntilRunning } from "./wait-until-running.ts";

/** Runtime's port, and what status pages ask. */
export interface ConnectConnectors extends Connectors {
  /** The connector behind a consumer; null when it has none. Throws `connect.*`, `secret.*`. */
  connectorStatus(consumer: Consumer): Promise<ConnectorStatus | null>;
  /** Restarts what failed of a consumer's connector. */
  restart(consumer: Consumer): Promise<void>;
  isHealthy(): Promise<boolean>;
}

/** What a consumer's row leads to: the connector as it should be, with the secret in it. */
interface Wanted {
  readonly planned: PlannedConnector;
  readonly connString: string;
  readonly rules: ScrubRules;
}

const RUNNING_WAIT_MS = 60_000;

export function createConnectors(
  collaborators: ConnectorsCollaborators,
  settings: ConnectorsSettings,
): ConnectConnectors {
  const client = createConnectClient(collaborators, settings);
  const runningWaitMs = settings.runningWaitMs ?? RUNNING_WAIT_MS;
  /** Hash of what this host last sent, per connector; another host's or an unknown one is sent again. */
  const sent = new Map<string, string>();
  const { registry, log, clock } = collaborators;

  const ensureLocked = async (consumer: Consumer, wanted: Wanted): Promise<void> => {
    const { planned, rules } = wanted;
    await register(consumer, wanted, collaborators);
    await collaborators.ensureTopic(consumer.topic, { partitions: consumer.connector.partitions });
    await collaborators.ensureTopic(planned.heartbeatTopic, { partitions: 1 });
    const hash = configHash(planned.config);
    const exists = (await client.status(planned.name)) !== null;
    if (!exists || sent.get(planned.name) !== hash) {
      await client.validate(POSTGRES_CONNECTOR, planned.config, rules);
      await client.configure(planned.name, planned.config, rules);
      sent.set(planned.name, hash);
      log.info("The connector was configured.", {
        connector: planned.name,
        consumer: consumer.name,
        is_new: !exists,
      });
    }
    await waitUntilRunning({ client, clock }, { connector: planned.name, withinMs: runningWaitMs, rules });
  };

  return {
    async ensure(consumer) {
      if (consumer.source === null) return;
      if (settings.workers.length === 0)
        throw new GluttonyError("connect.not_configured", { consumer: consumer.name });
      const wanted = await wantedOf(consumer, collaborators);
      const { name } = wanted.planned;
      // First what others go on using: two rows that move together would otherwise wait for each other.
      await leaveOthers(consumer, { name, shared: true }, collaborators);
      await registry.withLock(name, () => ensureLocked(consumer, wanted));
      await leaveOthers(consumer, { name, shared: false }, collaborators);
    },
    async removeUnused() {
      if (settings.workers.length === 0) return [];
      const removed = await removeUnusedConnectors(client, collaborators);
      for (const name of removed) sent.delete(name);
      return removed;
    },
    async connectorStatus(consumer) {
      const name = await registeredName(consumer, collaborators);
      if (name === null) return null;
      return connectorStatusOf(name, await client.status(name), { secrets: [], known: [] });
    },
    async restart(consumer) {
      const name = await registeredName(consumer, collaborators);
      if (name !== null) await client.restart(name);
    },
    isHealthy: () => client.isHealthy(),
  };
}

async function wantedOf(consumer: Consumer, collaborators: ConnectorsCollaborators): Promise<Wanted> {
  const { source } = consumer;
  if (source === null) throw new GluttonyError("connect.not_configured", { consumer: consumer.name });
  const connString = await collaborators.resolveSecret(source.connString, consumer.id);
  const address = parseConnString(connString, source.dataSource);
  const { schema, table } = source;
  const keyColumns = keyColumnsOf(consumer, await collaborators.inspectTable(connString, { schema, table }));
  const { topic, connector } = consumer;
  const planned = planConnector({ address, schema, table, topic, keyColumns, options: connector.options });
  const known = [
    schema,
    table,
    `${schema}.${table}`,
    address.database,
    address.user,
    planned.slot,
    planned.name,
  ];
  return { planned, connString, rules: { secrets: [address.password, connString], known } };
}

/** Before anything is made, so that nothing can be left behind unknown. */
async function register(
  consumer: Consumer,
  wanted: Wanted,
  collaborators: ConnectorsCollaborators,
): Promise<void> {
  const { registry } = collaborators;
  const { name, slot, publication, sourceIdentity } = wanted.planned;
  const entries = await registry.list();
  const others = entries.filter((entry) => entry.topic === consumer.topic && entry.name !== name);
  const existing = new Set(await collaborators.consumerIds());
  const conflict = others.find((entry) =>
    entry.consumerIds.some((id) => id !== consumer.id && existing.has(id)),
  );
  if (conflict !== undefined) {
    throw new GluttonyError("consumer.topic_conflict", { topic: consumer.topic, connector: conflict.name });
  }
  const users = entries.find((entry) => entry.name === name)?.consumerIds ?? [];
  await registry.upsert({
    name,
    consumerIds: [...new Set([...users, consumer.id])],
    sourceIdentity,
    topic: consumer.topic,
    // A reference stays one, so that its secret can change; anything else the registry seals for itself.
    connString:
      consumer.source?.connString.startsWith("${") === true ? consumer.source.connString : wanted.connString,
    slot,
    publication,
  });
}

/**
 * A row that now captures something else no longer uses the connector it had. One that nobody else uses is left only when
 * the new one runs, because it is removed then.
 */
async function leaveOthers(
  consumer: Consumer,
  { name, shared }: { readonly name: string; readonly shared: boolean },
  { registry, log }: ConnectorsCollaborators,
): Promise<void> {
  for (const entry of usedBy(consumer, await registry.list())) {
    if (entry.name === name || (shared && entry.consumerIds.length === 1)) continue;
    await registry.withLock(entry.name, async () => {
      const now = (await registry.list()).find((other) => other.name === entry.name);
      if (now === undefined) return;
      const consumerIds = now.consumerIds.filter((id) => id !== consumer.id);
      await registry.upsert({ ...now, connString: registry.openConnString(now), consumerIds });
    });
    log.info("The consumer no longer uses the connector.", {
      connector: entry.name,
      consumer: consumer.name,
    });
  }
}

function usedBy(consumer: Consumer, entries: readonly RegisteredConnector[]): readonly RegisteredConnector[] {
  return entries.filter((entry) => entry.consumerIds.includes(consumer.id));
}

async function registeredName(
  consumer: Consumer,
  { registry }: ConnectorsCollaborators,
): Promise<string | null> {
  if (consumer.source === null) return null;
  const entries = usedBy(consumer, await registry.list());
  return (entries.find((entry) => entry.topic === consumer.topic) ?? entries[0])?.name ?? null;
}
