import { randomBytes } from "node:crypto";
import {
  type ConnectClient,
  type ConnectConnectors,
  type ConnectorDesk,
  type ConnectorPolicy,
  type ConnectorsCollaborators,
  createConnectClient,
  createConnectorDesk,
  createOffsetDesk,
  createSnapshotDesk,
  type OffsetDesk,
  type SnapshotDesk,
  type SourceDestinations,
  wantedOf,
} from "@gluttony/connect";
import type { KafkaTopics } from "@gluttony/kafka";
import { listSourceTables, sendSourceSignal } from "@gluttony/postgres";
import type { Settings } from "./parse-environment.ts";

/** Everything that a person can do with connectors. */
export interface ConnectorDesks {
  readonly client: ConnectClient;
  readonly connectors: ConnectorDesk;
  readonly offsets: OffsetDesk;
  readonly snapshots: SnapshotDesk;
}

export type DeskSettings = Pick<Settings, "connectUrls" | "workerBrokers" | "masterKey" | "connectorPolicy">;

interface DeskParts {
  readonly settings: DeskSettings;
  readonly topics: KafkaTopics;
  /** Where sources may be, for what names them through the API. */
  readonly destinations: SourceDestinations;
}

/** Milliseconds that a busy Connect is waited for: a person waits, too. */
const busyWaitMs = 5_000;

/** The desks on real parts. `collaborators` are those of the connectors themselves. */
export function connectorDesksOf(
  collaborators: ConnectorsCollaborators,
  connectors: ConnectConnectors,
  { settings, topics, destinations }: DeskParts,
): ConnectorDesks {
  const { registry, log } = collaborators;
  const client = createConnectClient(collaborators, { workers: settings.connectUrls, busyWaitMs });
  // Without a master key a plan is good on the host that made it, until that ends.
  const key = settings.masterKey ?? randomBytes(32).toString("base64");
  const reach = { socket: () => destinations.socket() };
  const signer = { key: `connector plan ${key}`, wallMs: () => Date.now() };
  return {
    client,
    connectors: createConnectorDesk(
      {
        ...collaborators,
        client,
        wantedOf: async (consumer) => (await wantedOf(consumer, collaborators)).planned,
        follow: (consumer) => connectors.follow(consumer),
      },
      { policy: policyOf(settings), signer },
    ),
    offsets: createOffsetDesk({ client, registry, log }, signer),
    snapshots: createSnapshotDesk({
      ...collaborators,
      client,
      listTables: (connString) => listSourceTables(connString, reach),
      sendSignal: (connString, table, signal) => sendSourceSignal(connString, { table, signal }, reach),
      async readNewest(topic, count) {
        const records = await topics.readNewest({ topic, partition: 0 }, count);
        return records.flatMap(({ value }) => parsedOf(value));
      },
    }),
  };
}

/** What the deployer allows; a schema history is kept on our own brokers only. */
export function policyOf({
  workerBrokers,
  connectorPolicy,
}: Pick<DeskSettings, "workerBrokers" | "connectorPolicy">): ConnectorPolicy {
  const { localSources: _apart, ...policy } = connectorPolicy;
  return { ...policy, brokers: workerBrokers };
}

/** The JSON in a record's value; nothing where it is none. */
function parsedOf(value: Uint8Array | null): readonly unknown[] {
  if (value === null) return [];
  try {
    return [JSON.parse(new TextDecoder().decode(value)) as unknown];
  } catch {
    return [];
  }
}
