import { type Consumer, GluttonyError } from "@gluttony/model";
import type { Connectors } from "@gluttony/runtime";
import { type ConnectClient, createConnectClient } from "./connect-client.ts";
import { type ConnectorStatus, connectorStatusOf } from "./connector-status.ts";
import { diffConfig } from "./plan/diff-config.ts";
import { driftOf } from "./plan/drift.ts";
import { rememberedConfig, threeWay } from "./plan/three-way.ts";
import { pluginNameOf } from "./policy/connector-classes.ts";
import type {
  ConnectorsCollaborators,
  ConnectorsSettings,
  RegisteredConnector,
  TopicToMake,
} from "./ports.ts";
import { registerConnector } from "./register-connector.ts";
import { removeUnusedConnectors } from "./remove-unused.ts";
import { waitUntilRunning } from "./wait-until-running.ts";
import { hidingOf, type WantedConnector, wantedOf } from "./wanted-connector.ts";

/** Runtime's port, and what status pages ask. */
export interface ConnectConnectors extends Connectors {
  /** The connector behind a consumer; null when it has none. Throws `connect.*`, `secret.*`. */
  connectorStatus(consumer: Consumer): Promise<ConnectorStatus | null>;
  /** Restarts what failed of a consumer's connector. */
  restart(consumer: Consumer): Promise<void>;
  /** Makes a consumer's connector exactly what its row wants, also where somebody changed it. The caller holds its lock. */
  follow(consumer: Consumer): Promise<void>;
  isHealthy(): Promise<boolean>;
}

/** Whether what somebody else changed is left as it is, or changed back. */
type Manner = "leaving_drift" | "exactly";

const RUNNING_WAIT_MS = 60_000;

export function createConnectors(
  collaborators: ConnectorsCollaborators,
  settings: ConnectorsSettings,
): ConnectConnectors {
  const client = createConnectClient(collaborators, settings);
  const runningWaitMs = settings.runningWaitMs ?? RUNNING_WAIT_MS;
  const { registry, log, clock } = collaborators;

  const ensureLocked = async (
    consumer: Consumer,
    wanted: WantedConnector,
    manner: Manner = "leaving_drift",
  ): Promise<void> => {
    const { planned, rules } = wanted;
    await registerConnector(consumer, wanted, collaborators);
    for (const { name, wish } of topicsOf(consumer, wanted)) await collaborators.ensureTopic(name, wish);
    const entry = (await registry.list()).find(({ name }) => name === planned.name);
    const running = await client.config(planned.name);
    const applied = manner === "exactly" ? null : (entry?.applied ?? null);
    const { config, drift } = threeWay(planned.config, applied, running);
    if (running === null || diffConfig(running, config).length > 0) {
      await client.validate(pluginNameOf(planned.config["connector.class"] ?? ""), config, rules);
      await client.configure(planned.name, config, rules);
      log.info("The connector was configured.", {
        connector: planned.name,
        consumer: consumer.name,
        is_new: running === null,
      });
    }
    await registry.noteApplied(planned.name, rememberedConfig(planned.config));
    if (drift.length > 0)
      log.warn("The connector was changed by somebody else; a plan changes it back.", {
        connector: planned.name,
        options: drift.map(({ option }) => option).join(","),
      });
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
    async follow(consumer) {
      await ensureLocked(consumer, await wantedOf(consumer, collaborators), "exactly");
    },
    async removeUnused() {
      return settings.workers.length === 0 ? [] : removeUnusedConnectors(client, collaborators);
    },
    async connectorStatus(consumer) {
      const entry = await registeredFor(consumer, collaborators);
      return entry === null ? null : statusOf(entry, client, collaborators);
    },
    async restart(consumer) {
      const entry = await registeredFor(consumer, collaborators);
      if (entry !== null) await client.restart(entry.name);
    },
    isHealthy: () => client.isHealthy(),
  };
}

async function statusOf(
  { name, applied }: RegisteredConnector,
  client: ConnectClient,
  collaborators: ConnectorsCollaborators,
): Promise<ConnectorStatus> {
  const [status, running] = await Promise.all([client.status(name), client.config(name)]);
  return connectorStatusOf(name, status, {
    rules: { secrets: [], known: [], ...hidingOf(collaborators) },
    drift: driftOf(applied, running),
  });
}

/** Topics that the connector writes and nobody else makes. */
function topicsOf(
  { topic, connector }: Consumer,
  { planned }: WantedConnector,
): readonly { readonly name: string; readonly wish: TopicToMake }[] {
  const { historyTopic, furtherTopics } = planned;
  return [
    { name: topic, wish: { partitions: connector.partitions } },
    ...furtherTopics.map((name) => ({ name, wish: { partitions: 1 } })),
    ...(historyTopic === null ? [] : [{ name: historyTopic, wish: history }]),
  ];
}

/** A connector that finds a record of its schema history gone cannot read its source's log any more. */
const history: TopicToMake = {
  partitions: 1,
  config: { "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1" },
};

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

async function registeredFor(
  consumer: Consumer,
  { registry }: ConnectorsCollaborators,
): Promise<RegisteredConnector | null> {
  const entries = usedBy(consumer, await registry.list());
  return entries.find((entry) => entry.topic === consumer.topic) ?? entries[0] ?? null;
}
