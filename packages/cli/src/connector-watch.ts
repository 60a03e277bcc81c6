import {
  ConnectorWatch,
  type ConnectorsCollaborators,
  createConnectClient,
  createConnectors,
} from "@gluttony/connect";
import { parseConsumer } from "@gluttony/model";
import { createConnectorBook } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import type { Settings } from "./parse-environment.ts";
import type { Stores } from "./stores.ts";

/** Shorter than a consumer's own patience: the watch has others to look at. */
const busyWaitMs = 10_000;
const runningWaitMs = 10_000;

/** Looks after the connectors until the signal; every host tries, the database lets one at a time. */
export async function watchConnectors(
  collaborators: ConnectorsCollaborators,
  { stores, settings }: { readonly stores: Stores; readonly settings: Settings },
  signal: AbortSignal,
): Promise<void> {
  if (settings.connectUrls.length === 0) return;
  const patience = { workers: settings.connectUrls, busyWaitMs, runningWaitMs };
  const connectors = createConnectors(collaborators, patience);
  const watch = new ConnectorWatch(
    {
      client: createConnectClient(collaborators, patience),
      registry: stores.registry,
      book: createConnectorBook(stores.pool),
      async makeAgain({ consumerIds }) {
        for (const row of await stores.consumers.list()) {
          const parsed = parseConsumer(row);
          if (row.isValid && consumerIds.includes(row.id) && "consumer" in parsed)
            return connectors.ensure(parsed.consumer);
        }
      },
      clock: systemClock,
      random: Math.random,
      log: collaborators.log,
    },
    { hostId: settings.hostId },
  );
  await watch.run(signal);
}
