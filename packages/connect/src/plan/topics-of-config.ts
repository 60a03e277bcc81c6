import { dataSourceOfClass } from "../policy/connector-classes.ts";

/** A topic that must be there before its connector is. */
export interface NeededTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config?: { readonly [setting: string]: string };
}

const HEARTBEAT_PREFIX = "__debezium-heartbeat";
/** One partition keeps the order, and a history that is not whole keeps its connector from starting one day. */
const historyConfig = { "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1" } as const;

/**
 * Topics that a connector writes with a producer of its own, which Kafka Connect does not make: without its heartbeats' topic a connector
 * waits for ever and commits no position. Pure.
 */
export function topicsOfConfig(config: { readonly [option: string]: string }): readonly NeededTopic[] {
  const prefix = config["topic.prefix"] ?? "";
  const beats = Number(config["heartbeat.interval.ms"] ?? "0") > 0;
  const heartbeat = `${config["topic.heartbeat.prefix"] ?? HEARTBEAT_PREFIX}.${prefix}`;
  const tells = (config["notification.enabled.channels"] ?? "")
    .split(",")
    .some((one) => one.trim() === "sink");
  const notifications = tells ? config["notification.sink.topic.name"] : undefined;
  const history = hasHistory(config) ? config["schema.history.internal.kafka.topic"] : undefined;
  return [
    ...(beats && prefix !== "" ? [{ name: heartbeat, partitions: 1 }] : []),
    ...(notifications === undefined ? [] : [{ name: notifications, partitions: 1 }]),
    ...(history === undefined ? [] : [{ name: history, partitions: 1, config: historyConfig }]),
  ];
}

function hasHistory(config: { readonly [option: string]: string }): boolean {
  return dataSourceOfClass(config["connector.class"] ?? "") !== "postgresql";
}
