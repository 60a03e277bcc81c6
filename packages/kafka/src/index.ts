export type { KafkaOptions } from "./kafka-client.ts";
export type { KafkaLog } from "./kafka-log.ts";
export { KafkaSource } from "./kafka-source.ts";
export { createKafkaSources } from "./kafka-sources.ts";
export { type KafkaTopics, type TopicWish, createKafkaTopics } from "./kafka-topics.ts";
export { partitionOfKey } from "./partition-of-key.ts";
export type { RecordChunk } from "./read-record.ts";
export type { TopicDescription } from "./topic-description.ts";
export type { TopicSettings } from "./topic-settings.ts";
