import {
  ConnectorWatch,
  type ConnectorsCollaborators,
  createConnectClient,
  createConnectors,
  type RegisteredConnector,
} from "@gluttony/connect";
import type { KafkaTopics } from "@gluttony/kafka";
import { type Consumer, parseConsumer } from "@gluttony/model";
import { createConnectorBook } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import { knownSecrets } from "./known-secrets.ts";
import type { Settings } from "./parse-environment.ts";
import { sourceDoctorOf } from "./source-doctor.ts";
import type { Stores } from "./stores.ts";

/** Shorter than a consumer's own patience: the watch has others to look at. */
const busyWaitMs = 10_000;
const runningWaitMs = 10_000;

interface WatchParts {
  readonly stores: Stores;
  readonly settings: Settings;
  readonly topics: KafkaTopics;
}

/** Looks after the connectors until the signal; every host tries, the database lets one at a time. */
export async function watchConnectors(
  collaborators: ConnectorsCollaborators,
  { stores, settings, topics }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  if (settings.connectUrls.length === 0) return;
  const patience = { workers: settings.connectUrls, busyWaitMs, runningWaitMs };
  const connectors = createConnectors(collaborators, patience);
  const doctor = sourceDoctorOf(settings, { stores, topics, http: collaborators.http });
  const watch = new ConnectorWatch(
    {
      client: createConnectClient(collaborators, patience),
      registry: stores.registry,
      book: createConnectorBook(stores.pool),
      async makeAgain(connector) {
        const [consumer] = await usersOf(connector, stores);
        if (consumer !== undefined) await connectors.ensure(consumer);
      },
      async examine(connector) {
        const consumers = await usersOf(connector, stores);
        const [consumer] = consumers.filter(({ source }) => source !== null);
        if (consumer === undefined) return [];
        const findings = await doctor.examine(consumer);
        return findings.filter(({ severity }) => severity === "blocking").map(({ check }) => check);
      },
      async renewLogin(connector) {
        const [consumer] = (await usersOf(connector, stores)).filter(({ source }) => source !== null);
        if (consumer !== undefined) await connectors.ensure(consumer);
      },
      clock: systemClock,
      random: Math.random,
      log: collaborators.log,
      hide: (text) => knownSecrets.scrubText(text),
    },
    { hostId: settings.hostId },
  );
  await watch.run(signal);
}

/** The consumers that use a connector and are to run. */
async function usersOf(
  { consumerIds }: Pick<RegisteredConnector, "consumerIds">,
  { consumers }: Stores,
): Promise<readonly Consumer[]> {
  const rows = (await consumers.list()).filter((row) => row.isValid && consumerIds.includes(row.id));
  return rows.map(parseConsumer).flatMap((parsed) => ("consumer" in parsed ? [parsed.consumer] : []));
}
