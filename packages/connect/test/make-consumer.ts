import type { Consumer } from "@gluttony/model";

interface Changes {
  readonly id?: string;
  readonly table?: string;
  readonly topic?: string;
  readonly globalKey?: readonly string[];
  readonly replicaIdentity?: "default" | "full";
  readonly connString?: string;
  readonly options?: { readonly [name: string]: string };
}

/** A checked consumer of the table `public.patient`, with what a test wants otherwise. */
export function makeConsumer(changes: Changes = {}): Consumer {
  const table = changes.table ?? "patient";
  return {
    id: changes.id ?? "1",
    name: `consumer-${changes.id ?? "1"}`,
    revision: 1n,
    isValid: true,
    topic: changes.topic ?? `postgresql.public.${table}`,
    group: "group",
    handlerFunc: "empi",
    globalKey: changes.globalKey ?? [],
    source: {
      dataSource: "postgresql",
      connString: changes.connString ?? "postgresql://dbz:s3cr3t@his:5432/emr",
      schema: "public",
      table,
    },
    handler: {},
    delivery: {
      concurrency: 1,
      deadlineMs: 1_000,
      graceMs: 1_000,
      attemptsMax: 1,
      backoffFirstMs: 1,
      backoffMaxMs: 1,
      retryAgeMaxMs: 86_400_000,
      inFlightBytesMax: 67_108_864,
      parkedPercentMax: 90,
      parking: "record",
      deadLetterBytes: "encrypted",
      fence: "off",
      inFlightMax: 1,
      recordBytesMax: 1,
      depthMax: 1,
      startFrom: "earliest",
      replicaIdentity: changes.replicaIdentity ?? "default",
      format: "auto",
    },
    filter: { operations: [] },
    plugin: { rollback: "auto", rollbackWindowMs: 60_000, rollbackPercentMax: 50, rollbackAttemptsMin: 20 },
    connector: { partitions: 3, options: changes.options ?? {} },
    decoding: {
      tables: {},
      modes: { time: "adaptive", decimal: "precise", binary: "bytes", hstore: "json", interval: "numeric" },
      tombstones: "filter",
    },
  };
}
