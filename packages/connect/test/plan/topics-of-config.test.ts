import { expect, test } from "vitest";
import { topicsOfConfig } from "../../src/plan/topics-of-config.ts";
import { harmless } from "../policy/hostile-configs.ts";

test("a connector without heartbeats and notifications needs no topic of ours", () => {
  expect(topicsOfConfig(harmless)).toEqual([]);
});

test("topics that the connector's own producers write are made, each of one partition", () => {
  const config = {
    ...harmless,
    "heartbeat.interval.ms": "1000",
    "notification.enabled.channels": "log, sink",
    "notification.sink.topic.name": "told",
    "schema.history.internal.kafka.topic": "not-of-postgresql",
  };

  expect(topicsOfConfig(config)).toEqual([
    { name: "__debezium-heartbeat.his", partitions: 1 },
    { name: "told", partitions: 1 },
  ]);
});

test("a schema history is kept whole and for ever", () => {
  const config = {
    "connector.class": "io.debezium.connector.sqlserver.SqlServerConnector",
    "topic.prefix": "emr",
    "topic.heartbeat.prefix": "beat",
    "heartbeat.interval.ms": "1000",
    "schema.history.internal.kafka.topic": "history",
  };

  expect(topicsOfConfig(config)).toEqual([
    { name: "beat.emr", partitions: 1 },
    {
      name: "history",
      partitions: 1,
      config: { "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1" },
    },
  ]);
});
