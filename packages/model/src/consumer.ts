import type { ColumnDeclaration, ConnectorModes } from "@gluttony/sdk/codecs";
import type { JsonObject } from "./json.ts";
import type { Steering } from "./steering.ts";

/** The databases whose changes gluttony knows by name. */
export const dataSourceNames = ["postgresql", "mssql", "oracle", "mysql", "mariadb"] as const;
export type DataSourceName = (typeof dataSourceNames)[number];

/** One row of `cdc.consumer` as it is stored, with its revision. `id` is text whatever the column's type. */
export interface ConsumerRow {
  readonly id: string;
  readonly name: string;
  readonly connString: string | null;
  readonly dataSource: string | null;
  readonly captureSchema: string | null;
  readonly captureTable: string | null;
  readonly topic: string | null;
  readonly group: string | null;
  readonly handlerFunc: string;
  readonly globalKey: readonly string[];
  readonly isValid: boolean;
  readonly count: bigint;
  readonly creationTime: Date;
  readonly configuration: unknown;
  readonly revision: bigint;
  /** Left out where nobody ever started, paused or stopped it. */
  readonly steering?: Steering;
}

/** What a person may write into a consumer. */
export interface ConsumerDraft {
  readonly name: string;
  readonly connString: string | null;
  readonly dataSource: string | null;
  readonly captureSchema: string | null;
  readonly captureTable: string | null;
  readonly topic: string | null;
  readonly group: string | null;
  readonly handlerFunc: string;
  readonly globalKey: readonly string[];
  readonly isValid: boolean;
  readonly configuration: JsonObject;
}

/** How records are delivered; every limit has a default and a range (see `parse-consumer.ts`). */
export interface DeliverySettings {
  /** Attempts in flight at once. */
  readonly concurrency: number;
  /** Milliseconds until the handler's signal is aborted. */
  readonly deadlineMs: number;
  /** Milliseconds after the soft deadline until the cell is killed. */
  readonly graceMs: number;
  /** Attempts of a record whose target is up. */
  readonly attemptsMax: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /** Records read that have not ended, all partitions together; reading waits at the bound. */
  readonly inFlightMax: number;
  readonly recordBytesMax: number;
  readonly depthMax: number;
  /** Where a consumer's very first start begins. */
  readonly startFrom: "earliest" | "latest";
  /** Milliseconds after the first failure in which a record is retried while its target is up; then it is parked. */
  readonly retryAgeMaxMs: number;
  /** Bytes of records read that have not ended, all partitions together. */
  readonly inFlightBytesMax: number;
  /** Percent of the latest 200 records that may be parked; beyond, the consumer blocks instead. 100 never blocks. */
  readonly parkedPercentMax: number;
  /** Whether a parked record lets the later ones of its key pass, or has them park behind it. */
  readonly parking: "record" | "key";
  /** Whether a dead letter holds the record's bytes, encrypted, or only where the record lies in Kafka. */
  readonly deadLetterBytes: "encrypted" | "reference";
  /** Whether an older version of a row may follow a newer one to the handler (`off`), or is left out (`subject`). */
  readonly fence: "subject" | "off";
  /** Whether `before` of a delete carries every column, as REPLICA IDENTITY FULL makes it. */
  readonly replicaIdentity: "default" | "full";
  /** How records are written: each says it by itself (`auto`), or the consumer refuses those that are not as named. */
  readonly format: "auto" | "json" | "avro" | "protobuf" | "json-schema";
}

/** When a consumer goes back by itself to the release that served it before. */
export interface PluginSettings {
  readonly rollback: "auto" | "off";
  /** Milliseconds after a release took over in which it may be taken back. */
  readonly rollbackWindowMs: number;
  /** Percent of its attempts that may fail by its own fault. */
  readonly rollbackPercentMax: number;
  /** Attempts before its share says anything. */
  readonly rollbackAttemptsMin: number;
}

/** Which changes a consumer wants; empty lists mean all. */
export interface FilterSettings {
  readonly operations: readonly ("snapshot" | "insert" | "update" | "upsert" | "delete" | "truncate")[];
}

/** How the connector of this consumer is made. */
export interface ConnectorSettings {
  readonly partitions: number;
  /** Connector options that the administrator may set; the allow-list is in `@gluttony/connect`. */
  readonly options: { readonly [name: string]: string };
}

/** What is known of the records beside the records: how those without a schema are typed, and what a tombstone is. */
export interface DecodingSettings {
  /** Columns by table, for records without a schema. */
  readonly tables: { readonly [table: string]: { readonly [column: string]: ColumnDeclaration } };
  /** How the connector writes them. */
  readonly modes: ConnectorModes;
  /** Whether a tombstone is left out, or is the delete of a row. */
  readonly tombstones: "filter" | "delete";
  /** The connector's `unavailable.value.placeholder`; left out when it is Debezium's own. */
  readonly placeholder?: string;
}

/** The checked consumer: every default is filled in. */
export interface Consumer {
  readonly id: string;
  readonly name: string;
  readonly revision: bigint;
  readonly isValid: boolean;
  readonly topic: string;
  readonly group: string;
  readonly handlerFunc: string;
  readonly globalKey: readonly string[];
  readonly source: ConsumerSource | null;
  readonly handler: JsonObject;
  readonly delivery: DeliverySettings;
  readonly plugin: PluginSettings;
  readonly filter: FilterSettings;
  readonly connector: ConnectorSettings;
  readonly decoding: DecodingSettings;
}

/** The table a consumer captures; null in `Consumer.source` when the topic is written by somebody else. */
export interface ConsumerSource {
  readonly dataSource: DataSourceName;
  /** A reference (`${env:NAME}`) or an encrypted envelope (`enc:v1:…`); never shown. */
  readonly connString: string;
  readonly schema: string;
  readonly table: string;
}
