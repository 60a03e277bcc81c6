import type {
  ConsumerDraft,
  ConsumerRow,
  DeadLetter,
  DeadLetterState,
  Facts,
  Fault,
  ObservedState,
  Position,
  Release,
} from "@gluttony/model";

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
}

/** What the hosts see. */
export interface ObservationReader {
  /** Of one consumer or of all. A host that says nothing any more reads as `unknown` with the cause `host.silent`. */
  readStates(consumerId?: string): Promise<readonly ObservedState[]>;
}

/** Marks and endings. */
export interface PositionReader {
  load(consumerId: string, topic: string): Promise<readonly Position[]>;
}

/** Which dead letters to list. */
export interface DeadLetterQuery {
  readonly consumerId?: string;
  readonly state?: DeadLetterState;
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
}

/** One page of dead letters; `next` is the cursor of the following page. */
export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  readonly next: string | null;
}

/** Dead letters without their content, and the wish to run them again. */
export interface DeadLetterStore {
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  get(id: string): Promise<DeadLetter | null>;
  /** Asks for another run. Throws `dead_letter.not_found`, `dead_letter.not_replayable`. */
  requestReplay(selection: { readonly ids: readonly string[] }, actor: string): Promise<number>;
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

/** Everything the API reads or writes. It holds no running object: `serve` fills it with stores and pure checks. */
export interface AdminCollaborators {
  readonly consumers: ConsumerStore;
  readonly observations: ObservationReader;
  readonly positions: PositionReader;
  readonly deadLetters: DeadLetterStore;
  readonly releases: ReleaseReader;
  readonly log: AdminLog;
  /** Records filtered, per rule. */
  filteredCounts(consumerId: string): Promise<ReadonlyMap<string, number | bigint>>;
  /** Every fault of a draft at once. Pure: the model's parse. Paths start with a column, as `configuration.delivery.deadlineMs`. */
  checkConsumer(draft: ConsumerDraft): readonly Fault[];
  /** Faults that only the installed plugins can tell, such as a handler's own configuration. */
  validateHandler?(draft: ConsumerDraft): Promise<readonly Fault[]>;
  connectorStatus?(consumer: ConsumerRow): Promise<ConnectorStatus | null>;
  readiness(): Promise<Readiness>;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}
