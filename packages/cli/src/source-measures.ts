import { type ConnectorsCollaborators, createConnectClient, measureSources } from "@gluttony/connect";
import type { KafkaTopics } from "@gluttony/kafka";
import { createSourceMeasures, measureSlot } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import { NewestRecord } from "./newest-record.ts";
import type { Settings } from "./parse-environment.ts";
import type { Stores } from "./stores.ts";

/** Milliseconds that a busy Connect is waited for: the next beat asks again. */
const busyWaitMs = 5_000;

/** Measures the sources of the connectors in our care until the signal; the database lets one host do so at a time. */
export async function keepSourceMeasures(
  collaborators: ConnectorsCollaborators,
  {
    stores,
    settings,
    topics,
  }: { readonly stores: Stores; readonly settings: Settings; readonly topics: KafkaTopics },
  signal: AbortSignal,
): Promise<void> {
  if (settings.connectUrls.length === 0) return;
  const newest = new NewestRecord(topics);
  const patience = { workers: settings.connectUrls, busyWaitMs, requestTimeoutMs: busyWaitMs };
  await measureSources(
    {
      client: createConnectClient(collaborators, patience),
      registry: stores.registry,
      book: createSourceMeasures(stores.pool),
      resolveSecret: collaborators.resolveSecret,
      measureSlot,
      newestAt: (topic) => newest.at(topic),
      clock: systemClock,
      log: collaborators.log,
    },
    signal,
  );
}
