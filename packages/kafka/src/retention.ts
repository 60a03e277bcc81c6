import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";
import { translateError } from "./errors.ts";

const TOPIC = 2;
const SETTING = "retention.ms";

/** Milliseconds for which the broker keeps a topic's records; null when it keeps them for ever or does not say. */
export async function askRetentionMs(cluster: KafkajsCluster, topic: string): Promise<number | null> {
  try {
    const broker = await cluster.brokerPool.findConnectedBroker();
    const { resources } = await broker.describeConfigs({
      resources: [{ type: TOPIC, name: topic, configNames: [SETTING] }],
      includeSynonyms: false,
    });
    const entry = resources[0]?.configEntries.find(({ configName }) => configName === SETTING);
    const retentionMs = Number(entry?.configValue ?? Number.NaN);
    return Number.isFinite(retentionMs) && retentionMs >= 0 ? retentionMs : null;
  } catch (error) {
    throw translateError(error, { topic });
  }
}
