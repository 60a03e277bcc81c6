import type { Code, Consumer, Facts, Fault } from "@gluttony/model";

/** Everything that the API reads and asks of connectors. `serve` fills it in where CONNECT_HOST is set. */
export interface ConnectorPorts {
  readonly board: ConnectorBoard;
  readonly cluster: ConnectCluster;
  readonly deeds: ConnectorDeeds;
  readonly plans: ConnectorPlans;
  readonly offsets: OffsetPlans;
  readonly snapshots: Snapshots;
}

/** Looks at sources for whoever may write connectors; needs no worker. */
export interface SourcePorts {
  /** The checks of a consumer's source and topics, the worst first; with names only those. Throws `connect.*`, `source.*`, `secret.*`. */
  examine(consumer: Consumer, only: readonly string[]): Promise<readonly SourceFinding[]>;
  /** Tables of a source that can be captured. Throws `connect.*`, `secret.*`. */
  tables(source: NamedSource): Promise<readonly SourceTable[]>;
}

/** Where a source is: a connection string, or a reference to one. It is never shown again. */
export interface NamedSource {
  readonly dataSource: string;
  readonly connString: string;
  /** The consumer whose row holds it; empty when none does. */
  readonly consumerId: string;
}

export interface SourceTable {
  readonly name: string;
  readonly hasPrimaryKey: boolean;
}

export interface SourceFinding {
  readonly check: Code;
  readonly severity: "ok" | "hint" | "warning" | "blocking" | "unknown";
  readonly reason: string;
  readonly facts: Facts;
  readonly remedy: string;
  readonly sql: string | null;
}

/** A fault with a code of its own. */
export interface CodedFault extends Fault {
  readonly code: Code;
}

/** What is known of connectors, from our memory, from the watch and from the worker. */
export interface ConnectorBoard {
  look(): Promise<BoardLook>;
  /** With masked secrets; null when the worker has no such connector. */
  config(connector: string): Promise<{ readonly [option: string]: string } | null>;
  /** Newest first. */
  events(connector: string, limit: number): Promise<readonly ConnectorEvent[]>;
}

export interface BoardLook {
  readonly connectors: readonly BoardConnector[];
  /** Why the worker tells nothing; null when it does. */
  readonly unseen: { readonly code: Code; readonly facts: Facts } | null;
}

export interface BoardConnector {
  readonly name: string;
  /** Null for one that is not in our care. */
  readonly registration: {
    readonly kind: "made" | "written" | "adopted";
    readonly consumerIds: readonly string[];
    readonly topic: string;
    readonly slot: string | null;
    readonly publication: string | null;
    readonly sourceIdentity: string;
  } | null;
  readonly health: ConnectorHealth | null;
  /** Null when the worker has none of this name, or tells nothing. */
  readonly running: RunningConnector | null;
  readonly drift: readonly OptionChange[];
}

export type ConnectorStateWord = "running" | "failed" | "waiting" | "paused" | "stopped" | "missing";

/** As the watch saw it last. */
export interface ConnectorHealth {
  readonly state: ConnectorStateWord;
  readonly sinceMs: number;
  readonly mends: number;
  readonly nextMendMs: number | null;
  readonly isGivenUp: boolean;
  readonly failure: string | null;
  readonly drift: readonly string[];
  readonly findings: readonly string[];
}

/** As the worker tells it, scrubbed. */
export interface RunningConnector {
  readonly className: string | null;
  readonly type: "source" | "sink" | null;
  readonly state: ConnectorStateWord;
  readonly workerState: string | null;
  readonly worker: string | null;
  readonly failure: string | null;
  readonly tasks: readonly {
    readonly id: number;
    readonly state: string;
    readonly worker: string | null;
    readonly failure: string | null;
  }[];
}

export interface OptionChange {
  readonly option: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly isSecret: boolean;
}

export interface ConnectorEvent {
  readonly connector: string;
  readonly hostId: string;
  readonly at: Date;
  readonly deed: string;
  readonly outcome: string;
  readonly note: string;
}

/** The cluster of CONNECT_HOST. */
export interface ConnectCluster {
  look(): Promise<{
    readonly workers: readonly {
      readonly url: string;
      readonly isReachable: boolean;
      readonly version: string | null;
      readonly refusal: { readonly code: Code; readonly facts: Facts } | null;
    }[];
    readonly version: string | null;
    readonly kafkaClusterId: string | null;
    readonly capabilities: { readonly [feature: string]: boolean } | null;
  }>;
  types(): Promise<readonly ConnectorType[]>;
  /** Throws `connect.type_missing`. */
  schema(type: string): Promise<{
    readonly type: ConnectorType;
    readonly options: readonly ConnectorOption[];
  }>;
}

export interface ConnectorType {
  readonly name: string;
  readonly className: string;
  readonly type: string;
  readonly version: string | null;
  readonly isAllowed: boolean;
}

export interface ConnectorOption {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly defaultValue: string | null;
  readonly importance: string | null;
  readonly group: string | null;
  readonly label: string | null;
  readonly documentation: string;
  readonly isSecret: boolean;
  readonly isSettable: boolean;
}

/** What a person asks of a connector that stays as it is. */
export type ConnectorVerb =
  | { readonly do: "pause" | "resume" | "stop" }
  | { readonly do: "restart"; readonly scope: "failed" | "all" }
  | { readonly do: "restart_task"; readonly task: number };

export interface ConnectorDeeds {
  /** Throws `connect.*`. */
  ask(connector: string, verb: ConnectorVerb): Promise<void>;
}

/** A configuration as a person writes it. Null takes an option away. */
export interface FormConfig {
  readonly [option: string]: string | number | boolean | null;
}

/** What is done with a connector by plan. */
export type ConnectorDeed =
  | { readonly do: "write"; readonly connector: string; readonly config: FormConfig }
  | { readonly do: "follow"; readonly consumer: Consumer }
  | { readonly do: "adopt"; readonly connector: string; readonly consumerIds: readonly string[] }
  | {
      readonly do: "remove";
      readonly connector: string;
      readonly slot: boolean;
      readonly publication: boolean;
    };

export interface ConnectorPlan {
  readonly do: ConnectorDeed["do"];
  readonly connector: string;
  readonly isNew: boolean;
  readonly changes: readonly OptionChange[];
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
  readonly effects: readonly string[];
  readonly hash: string;
  readonly expiresAt: Date;
}

export interface ConnectorPlans {
  /** Changes nothing. */
  plan(deed: ConnectorDeed): Promise<ConnectorPlan>;
  /** Throws `connect.plan_stale`, `connect.plan_refused`. */
  apply(deed: ConnectorDeed, hash: string): Promise<ConnectorPlan>;
}

/** What is done with a source position by plan. */
export type OffsetDeed =
  | {
      readonly do: "move";
      readonly connector: string;
      readonly partition: { readonly [name: string]: string };
      readonly field: string;
      readonly value: string | number | boolean;
    }
  | { readonly do: "forget"; readonly connector: string };

/** A source position of one partition of a connector. */
export interface OffsetEntry {
  readonly partition: { readonly [name: string]: unknown };
  readonly offset: { readonly [name: string]: unknown } | null;
}

export interface OffsetPlan {
  readonly do: OffsetDeed["do"];
  readonly connector: string;
  readonly before: readonly OffsetEntry[];
  readonly after: readonly OffsetEntry[] | null;
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
  readonly hash: string;
  readonly expiresAt: Date;
}

export interface OffsetPlans {
  read(connector: string): Promise<readonly OffsetEntry[]>;
  plan(deed: OffsetDeed): Promise<OffsetPlan>;
  /** Throws `connect.plan_stale`, `connect.plan_refused`. */
  apply(deed: OffsetDeed, hash: string): Promise<OffsetPlan>;
}

/** What is asked of a connector's snapshots. */
export type SnapshotDeed =
  | {
      readonly do: "execute";
      readonly connector: string;
      readonly tables: readonly string[];
      readonly type: "incremental" | "blocking";
    }
  | { readonly do: "stop"; readonly connector: string; readonly tables: readonly string[] }
  | { readonly do: "pause" | "resume"; readonly connector: string };

export interface SnapshotProgress {
  readonly id: string;
  readonly kind: "initial" | "incremental";
  readonly state: "started" | "running" | "paused" | "completed" | "aborted" | "skipped";
  readonly tables: readonly {
    readonly name: string;
    readonly status: string;
    readonly rows: number | null;
  }[];
  readonly current: string | null;
  readonly startedMs: number | null;
  readonly updatedMs: number | null;
}

export interface Snapshots {
  /** Throws `connect.snapshot_refused`. */
  signal(deed: SnapshotDeed, id?: string): Promise<{ readonly id: string; readonly isNew: boolean }>;
  progress(connector: string): Promise<readonly SnapshotProgress[]>;
}
