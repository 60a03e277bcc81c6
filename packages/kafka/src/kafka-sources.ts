import type { RecordSources } from "@gluttony/runtime";
import { applyGuards } from "./guards/apply-guards.ts";
import type { KafkaOptions } from "./kafka-client.ts";
import { KafkaSource } from "./kafka-source.ts";

/** Makes sources on the given brokers. Throws `kafka.version_unsupported` at once, not at the first consumer. */
export function createKafkaSources(options: KafkaOptions): RecordSources {
  applyGuards();
  return { create: (settings) => new KafkaSource(options, settings) };
}
