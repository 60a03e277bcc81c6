import { translateError } from "./errors.ts";
import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";

/** Settings of a topic that decide how long and how large its records may be. */
export interface TopicSettings {
  readonly cleanupPolicy: string;
  /** -1 keeps for ever. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
  readonly messageBytesMax: number;
}

const TOPIC = 2;
const names = ["cleanup.policy", "retention.ms", "retention.bytes", "max.message.bytes"] as const;

/** Asks a broker, which answers its own defaults for what the topic does not set. */
export async function askTopicSettings(cluster: KafkajsCluster, topic: string): Promise<TopicSettings> {
  try {
    const broker = await cluster.brokerPool.findConnectedBroker();
    const { resources } = await broker.describeConfigs({
      resources: [{ type: TOPIC, name: topic, configNames: names }],
      includeSynonyms: false,
    });
    const values = new Map(
      (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]),
    );
    const numberOf = (name: (typeof names)[number]): number => Number(values.get(name) ?? Number.NaN);
    return {
      cleanupPolicy: values.get("cleanup.policy") ?? "",
      retentionMs: numberOf("retention.ms"),
      retentionBytes: numberOf("retention.bytes"),
      messageBytesMax: numberOf("max.message.bytes"),
    };
  } catch (error) {
    throw translateError(error, { topic });
  }
}
