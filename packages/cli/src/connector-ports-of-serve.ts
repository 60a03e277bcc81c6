import type { ConnectorPorts, ConnectorStatus, SourcePorts } from "@gluttony/admin";
import {
  type ConnectConnectors,
  type ConnectorsCollaborators,
  createConnectClient,
  createConnectCluster,
  createConnectorBoard,
  createConnectorDeeds,
  createSourceDestinations,
  listOtherTables,
  openSource,
  parseConnString,
  type SourceDestinations,
} from "@gluttony/connect";
import type { KafkaTopics } from "@gluttony/kafka";
import { type ConsumerRow, dataSourceNamed, GluttonyError, parseConsumer } from "@gluttony/model";
import { createConnectorBook, listSourceTables } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import { connectorDesksOf, policyOf } from "./connector-desks.ts";
import type { Settings } from "./parse-environment.ts";
import { sourceDoctorOf } from "./source-doctor.ts";
import type { Stores } from "./stores.ts";

/** Milliseconds in which one worker must say that it is there. */
const lookTimeoutMs = 3_000;

interface Parts {
  readonly stores: Stores;
  readonly settings: Settings;
  readonly topics: KafkaTopics;
}

/** As the API's collaborators call them. */
export interface SteeringPorts {
  readonly sources: SourcePorts;
  connectorStatus(row: ConsumerRow): Promise<ConnectorStatus | null>;
  /** Left out where CONNECT_HOST is not set. */
  readonly connectors?: ConnectorPorts;
}

/** What the API reads and asks of connectors and sources, on real parts. */
export function connectorPortsOf(
  collaborators: ConnectorsCollaborators,
  connectors: ConnectConnectors,
  parts: Parts,
): SteeringPorts {
  const { localSources } = parts.settings.connectorPolicy;
  const destinations = createSourceDestinations({ localSources });
  const sources = sourcePortsOf(collaborators, parts, destinations);
  const connectorStatus = (row: ConsumerRow): Promise<ConnectorStatus | null> =>
    statusOfConnector(connectors, row);
  if (parts.settings.connectUrls.length === 0) return { sources, connectorStatus };
  const ports = portsOf(collaborators, connectors, { ...parts, destinations });
  return { sources, connectorStatus, connectors: ports };
}

function portsOf(
  collaborators: ConnectorsCollaborators,
  connectors: ConnectConnectors,
  { stores, settings, topics, destinations }: Parts & { readonly destinations: SourceDestinations },
): ConnectorPorts {
  const desks = connectorDesksOf(collaborators, connectors, { settings, topics, destinations });
  const { client } = desks;
  const { registry, log } = collaborators;
  const book = createConnectorBook(stores.pool);
  const patience = { busyWaitMs: 0, requestTimeoutMs: lookTimeoutMs };
  const workers = settings.connectUrls.map((url) => ({
    url,
    client: createConnectClient(collaborators, { workers: [url], ...patience }),
  }));
  return {
    board: createConnectorBoard({ client, registry, book }),
    cluster: createConnectCluster({ client, workers, policy: policyOf(settings) }),
    deeds: createConnectorDeeds(
      { client, registry, note: (events) => book.note(events), clock: systemClock, log },
      settings.hostId,
    ),
    plans: desks.connectors,
    offsets: desks.offsets,
    snapshots: desks.snapshots,
  };
}

function sourcePortsOf(
  { http, resolveSecret }: ConnectorsCollaborators,
  { stores, settings, topics }: Parts,
  destinations: SourceDestinations,
): SourcePorts {
  const doctor = sourceDoctorOf(settings, { stores, topics, http, destinations });
  return {
    async examine(consumer, only) {
      const findings = await doctor.examine(consumer);
      return only.length === 0 ? findings : findings.filter(({ check }) => only.includes(check));
    },
    async tables({ dataSource, connString, consumerId }) {
      const named = dataSourceNamed(dataSource);
      if (named === null) throw new GluttonyError("connect.data_source_not_yet", { data_source: dataSource });
      const clear = await resolveSecret(connString, consumerId);
      const admit: SourceDestinations["admit"] = (place) => destinations.admit(place);
      if (named !== "postgresql")
        return listOtherTables({ dataSource: named, connString: clear }, { open: openSource, admit });
      await admit(parseConnString(clear, named));
      return listSourceTables(clear, { socket: () => destinations.socket() });
    },
  };
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
