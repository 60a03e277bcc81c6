import type { Clock } from "@gluttony/runtime";
import type { HttpClient } from "@gluttony/egress";
import type { DataSourceName } from "@gluttony/model";

/** One connector that we made, as it is remembered. */
export interface RegisteredConnector {
  readonly name: string;
  readonly consumerIds: readonly string[];
  /** Tells source tables apart, without a secret. */
  readonly sourceIdentity: string;
  readonly topic: string;
  /** As it rests; `openConnString` makes it readable. */
  readonly connString: string | null;
  readonly slot: string | null;
  readonly publication: string | null;
  /** Made for rows, written by a person, or adopted as it stood. Only the first kind is removed when no row uses it. */
  readonly kind: ConnectorKind;
  /** What was last applied, without secrets; null when that is not known. */
  readonly applied: { readonly [option: string]: string } | null;
}

export type ConnectorKind = "made" | "written" | "adopted";

/** Remembers which connectors we made, for whom, and what they left in the source. Implemented by `@gluttony/postgres`. */
export interface ConnectorRegistry {
  upsert(connector: RegisteredConnector): Promise<void>;
  list(): Promise<readonly RegisteredConnector[]>;
  remove(name: string): Promise<void>;
  /** Notes what was last applied, without secrets. */
  noteApplied(name: string, applied: { readonly [option: string]: string }): Promise<void>;
  /** Clear text or a reference. */
  openConnString(connector: RegisteredConnector): string | null;
  /** Runs `work` while no other host works on the connector of this name. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** What a source says of the table to capture. */
export interface InspectedTable {
  readonly exists: boolean;
  readonly primaryKey: readonly string[];
  /** `d` default, `n` nothing, `f` full, `i` an index. */
  readonly replicaIdentity: "d" | "n" | "f" | "i";
  /** Columns of the old row that an update or delete carries. */
  readonly identityColumns: readonly string[];
  readonly columns: readonly string[];
  /** PostgreSQL's must be `logical`; not there for others. */
  readonly walLevel?: string;
  /** Whether the login may read its rows; unknown when it is not given. */
  readonly canRead?: boolean;
}

/** Which table of which kind of source. */
export interface TablePlace {
  readonly dataSource: DataSourceName;
  readonly schema: string;
  readonly table: string;
}

/** A topic as it is made; one that is there is left as it is. */
export interface TopicToMake {
  readonly partitions: number;
  readonly config?: { readonly [setting: string]: string };
}

export interface ConnectorsLog {
  info(message: string, facts?: { readonly [name: string]: string | number | boolean | null }): void;
  warn(message: string, facts?: { readonly [name: string]: string | number | boolean | null }): void;
}

/** Everything that the connectors need from others; `serve` hands it in. */
export interface ConnectorsCollaborators {
  readonly http: HttpClient;
  readonly registry: ConnectorRegistry;
  /** The clear connection string behind the value of a consumer's row. Throws `secret.*`. */
  resolveSecret(value: string, consumerId: string): Promise<string>;
  /** Takes every secret that the process knows out of a text of the worker. */
  hide?(text: string): string;
  /** Throws `connect.source_unreachable`, `connect.login_refused`, and where the source is no PostgreSQL `source.driver_missing`. */
  inspectTable(connString: string, place: TablePlace): Promise<InspectedTable>;
  dropReplication(
    connString: string,
    objects: { readonly slot: string | null; readonly publication: string | null },
  ): Promise<void>;
  /** Makes the topic unless there is one. */
  ensureTopic(name: string, wish: TopicToMake): Promise<unknown>;
  /** Brokers as the workers reach them, comma separated. */
  readonly workerBrokers: string;
  /** Ids of every row of `cdc.consumer`, whether it runs or not. */
  consumerIds(): Promise<readonly string[]>;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  /** Between 0 and 1; spreads the retries of several hosts. */
  random(): number;
  readonly log: ConnectorsLog;
}

/** Times and places. */
export interface ConnectorsSettings {
  /** URLs of the workers of one Connect cluster; empty when CONNECT_HOST is not set. */
  readonly workers: readonly string[];
  /** Milliseconds for one request. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds that a busy or starting Connect is waited for. */
  readonly busyWaitMs?: number;
  /** Milliseconds until a connector and its task must run. */
  readonly runningWaitMs?: number;
}
