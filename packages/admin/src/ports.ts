import type {
  ConsumerDraft,
  ConsumerRow,
  DeadLetter,
  DeadLetterState,
  DeadLetterStats,
  Facts,
  Fault,
  ObservedState,
  Release,
  ReplayOrder,
  StateChange,
} from "@gluttony/model";
import type { RevisionStore } from "./revision-ports.ts";
import type { OperationStore, SteeringStore } from "./steering-ports.ts";
import type { ErrorReader } from "./error-ports.ts";
import type { LetterDesk, LetterSet } from "./letter-ports.ts";
import type { PluginDesk } from "./plugin-ports.ts";
import type { Alerting } from "./alerting-ports.ts";
import type { OverviewReader } from "./overview-ports.ts";
import type { SeriesReader } from "./series-ports.ts";
import type { PositionStore, TopicBounds } from "./position-ports.ts";
import type { ConfigStore } from "./config-ports.ts";
import type { AccountStore, AuditStore, RequestMemory, SessionStore, TokenStore } from "./access-ports.ts";
import type { OwnStore } from "./own-ports.ts";
import type { SettingsDesk } from "./settings-ports.ts";
import type { AnswerScrubber, SecretStore } from "./secret-ports.ts";
import type { ConnectorPorts, SourcePorts } from "./connector-ports.ts";
import type { ChangeReader, MaskingStores } from "./change-ports.ts";
import type { EventStore } from "./event-ports.ts";
import type { RequestTrace } from "./trace-ports.ts";
import type { Identity } from "./identity-ports.ts";
import type { DiagnosticsPart } from "./diagnostics-ports.ts";
import type { RecordLedger } from "./record-ports.ts";

/** Desired state: the rows of `cdc.consumer`. Implemented by `@gluttony/postgres`. */
export interface ConsumerStore {
  list(): Promise<readonly ConsumerRow[]>;
  /** An id is looked up before a name. */
  get(idOrName: string): Promise<ConsumerRow | null>;
  /** Encrypts a clear `connString`. Throws `consumer.name_taken`, `secret.master_key_missing`. */
  create(draft: ConsumerDraft, actor: string): Promise<ConsumerRow>;
  /** Throws `consumer.stale_revision`, `consumer.not_found`, `consumer.name_taken`. */
  update(id: string, draft: ConsumerDraft, change: SeenChange): Promise<ConsumerRow>;
  /** Throws `consumer.stale_revision`, `consumer.not_found`. */
  delete(id: string, change: SeenChange): Promise<void>;
}

/** Who changes a row, and the revision they saw. */
export interface SeenChange {
  readonly actor: string;
  readonly revision: bigint;
  /** What the change is, where it is not just one, and why. */
  readonly operation?: "restore";
  readonly reason?: string;
}

/** What the hosts see. */
export interface ObservationReader {
  /** Of one consumer or of all. A host that says nothing any more reads as `unknown` with the cause `host.silent`. */
  readStates(among?: string | readonly string[], without?: "partitions"): Promise<readonly ObservedState[]>;
  /** What a consumer came to and what was done to mend it, newest first. */
  history(consumerId: string, limit: number): Promise<readonly StateChange[]>;
}

/** What a consumer delivered, per subject. */
export interface FenceStore {
  /** Forgets all of it. Answers how many subjects. Throws `position.reason_required`. */
  clear(consumerId: string, clearing: { readonly actor: string; readonly reason: string }): Promise<number>;
}

/** Which dead letters to list. */
export interface DeadLetterQuery {
  readonly consumerId?: string;
  /** Only of these; left out means of all. */
  readonly consumerIds?: readonly string[];
  readonly state?: DeadLetterState;
  readonly failureCode?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
}

/** One page of dead letters; `next` is the cursor of the following page. */
export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  readonly next: string | null;
}

/** Letters of one consumer; what is left out matches all. */
export interface LetterFilter {
  readonly consumerId: string;
  readonly failureCode?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly parkedBefore?: Date;
  readonly parkedAfter?: Date;
}

/** Named letters, or all that a filter matches. */
export type LetterSelection = { readonly ids: readonly string[] } | LetterFilter;

/** Who asks for a replay, why, and how carefully it is to be done. */
export interface ReplayWish {
  readonly actor: string;
  readonly reason: string;
  readonly perSecondMax: number | null;
  readonly failuresMax: number | null;
  /** Also letters that failed often. */
  readonly force: boolean;
  /** Judges what was taken before it counts; when it throws, nothing was changed. */
  readonly confirm?: (set: LetterSet) => void;
}

/** Dead letters without their content, and what a person decides about them. */
export interface DeadLetterStore extends LetterDesk {
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  get(id: string): Promise<DeadLetter | null>;
  stats(consumerId?: string): Promise<readonly DeadLetterStats[]>;
  /**
   * Asks for another run. Throws `dead_letter.not_found`, `dead_letter.not_replayable`, `dead_letter.replay_loop`,
   * `dead_letter.behind_another`.
   */
  requestReplay(selection: LetterSelection, wish: ReplayWish): Promise<ReplayOrder>;
  /** Newest first. */
  orders(consumerId?: string): Promise<readonly ReplayOrder[]>;
  /** Gives letters up. Throws `dead_letter.reason_required`, `dead_letter.not_found`, `dead_letter.not_discardable`. */
  discard(
    selection: LetterSelection,
    discarding: Pick<ReplayWish, "actor" | "reason" | "confirm">,
  ): Promise<number>;
  /** Takes discarded letters back. Throws `dead_letter.not_found`, `dead_letter.not_restorable`. */
  restore(selection: LetterSelection, actor: string): Promise<number>;
  /** How many are parked or wait to be replayed. Without it the first pages are counted. */
  countOpen?(consumerId: string): Promise<number | bigint>;
}

/** Installed and active releases. */
export interface ReleaseReader {
  list(): Promise<readonly Release[]>;
}

/** What Kafka Connect says of the connector behind a consumer. */
export interface ConnectorStatus {
  readonly name: string;
  readonly state: string;
  readonly tasks: readonly { readonly id: number; readonly state: string }[];
}

/** Whether this host can do its work, part by part. */
export interface Readiness {
  readonly ok: boolean;
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** Where the API's own log lines go. */
export interface AdminLog {
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

/** A record's coordinate, or a key as the record carries it. */
export type ExplainWish = { readonly partition: number; readonly offset: bigint } | { readonly key: string };

/** Where it stands, in a word and a sentence, and what to do next. */
export interface ExplainAnswer {
  readonly standing: string;
  readonly sentence: string;
  readonly facts: { readonly [name: string]: string | number | null };
  readonly next: string | null;
}

/** Who may do what, and what was done. Implemented by `@gluttony/postgres`. */
export interface AccessStores {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly own: OwnStore;
  readonly audit: AuditStore;
  readonly requests: RequestMemory;
  /** Runs a request so that every change made in it is noted with where it came from. */
  withRequest<T>(facts: RequestFacts, work: () => T): T;
}

/** Where a request came from. */
export interface RequestFacts {
  readonly id: string;
  readonly address: string;
  readonly client: string | null;
}

/** Everything the API reads or writes. It holds no running object: `serve` fills it with stores and pure checks. */
export interface AdminCollaborators {
  readonly consumers: ConsumerStore;
  readonly observations: ObservationReader;
  readonly positions: PositionStore;
  readonly deadLetters: DeadLetterStore;
  readonly fence: FenceStore;
  readonly steering: SteeringStore;
  readonly operations: OperationStore;
  readonly revisions: RevisionStore;
  readonly releases: ReleaseReader;
  readonly plugins: PluginDesk;
  readonly errors: ErrorReader;
  readonly access: AccessStores;
  readonly alerting: Alerting;
  readonly secrets: SecretStore;
  /** Left out where the process holds no secret. */
  readonly scrub?: AnswerScrubber;
  readonly config: ConfigStore;
  readonly settings: SettingsDesk;
  /** Left out where people sign in with passwords alone. */
  readonly identity?: Identity;
  readonly log: AdminLog;
  /** Records filtered, per rule. */
  filteredCounts(consumerId: string): Promise<ReadonlyMap<string, number | bigint>>;
  /** Every fault of a draft at once. Pure: the model's parse. Paths start with a column, as `configuration.delivery.deadlineMs`. */
  checkConsumer(draft: ConsumerDraft): readonly Fault[];
  /** Faults that only the installed plugins can tell, such as a handler's own configuration. */
  validateHandler?(draft: ConsumerDraft): Promise<readonly Fault[]>;
  /** The topic on the brokers; null when there is none. Without it no position can be chosen. */
  topicBounds?(topic: string): Promise<TopicBounds | null>;
  /** The first offset of each partition from a time on; null where every record is older. Null for no such topic. */
  offsetsAt?(topic: string, timeMs: number): Promise<ReadonlyMap<number, bigint | null> | null>;
  /** Where a record or a key stands. */
  explain?(consumer: ConsumerRow, wish: ExplainWish): Promise<ExplainAnswer>;
  /** Left out where CONNECT_HOST is not set. */
  readonly connectors?: ConnectorPorts;
  /** Left out where no source can be looked at. */
  readonly sources?: SourcePorts;
  /** Who may see which values of rows; without it nothing of records is shown. */
  readonly masking?: MaskingStores;
  readonly changes?: ChangeReader;
  readonly events?: EventStore;
  /** What the host adds to a diagnostics bundle; without it a bundle holds the API's answers alone. */
  readonly diagnostics?: readonly DiagnosticsPart[];
  /** What became of records; without it nobody is told. */
  readonly ledger?: RecordLedger;
  connectorStatus?(consumer: ConsumerRow): Promise<ConnectorStatus | null>;
  /** Hears of every answer: the pattern of its route, and how long it took. */
  onAnswer?(
    route: string,
    answer: { readonly method: string; readonly status: number; readonly durationMs: number },
  ): void;
  /** Left out where requests are not followed. */
  readonly trace?: RequestTrace;
  /** Without it the chain's beginning is not known. */
  readonly overview?: OverviewReader;
  /** Without it there are no series. */
  readonly series?: SeriesReader;
  readiness(): Promise<Readiness>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}
