/** What is read from a PostgreSQL source for its checks. Read in one short connection; implemented by `@gluttony/postgres`. */
export interface PostgresFacts {
  /** As `server_version_num` counts: 160004 is 16.4. */
  readonly serverVersion: number;
  readonly walLevel: string;
  readonly timeZone: string;
  /** Megabytes of log that slots may hold; -1 without a limit. */
  readonly slotKeepMb: number;
  readonly slotsMax: number;
  readonly slotsUsed: number;
  readonly sendersMax: number;
  readonly sendersUsed: number;
  readonly role: PostgresRole;
  readonly table: PostgresTable | null;
  /** Tables whose names differ in capitals only. */
  readonly nearTables: readonly string[];
  readonly publication: PostgresPublication | null;
  readonly slot: PostgresSlot | null;
  /** Null when no signal table is asked about. */
  readonly signalTable: PostgresSignalTable | null;
}

export interface PostgresRole {
  readonly name: string;
  readonly isSuperuser: boolean;
  /** By its own attribute, or as a member of a managed service's role for it. */
  readonly canReplicate: boolean;
  readonly canCreate: boolean;
}

export interface PostgresTable {
  readonly kind: "table" | "partitioned" | "partition" | "other";
  readonly isUnlogged: boolean;
  readonly isOwner: boolean;
  readonly canSelect: boolean;
  readonly canUseSchema: boolean;
  readonly hasRowSecurity: boolean;
  readonly primaryKey: readonly string[];
  /** `d` default, `n` nothing, `f` full, `i` an index. */
  readonly replicaIdentity: "d" | "n" | "f" | "i";
  /** Columns of the old row that an update or delete carries. */
  readonly identityColumns: readonly string[];
  readonly columns: readonly string[];
  /** Columns whose values may be stored apart, and are then left out of updates that do not change them. */
  readonly largeColumns: readonly string[];
}

export interface PostgresPublication {
  readonly isOfAllTables: boolean;
  readonly holdsTable: boolean;
  readonly tables: number;
  /** Whether inserts, updates and deletes are all published. */
  readonly isWhole: boolean;
  readonly isViaRoot: boolean;
}

export interface PostgresSlot {
  readonly plugin: string;
  readonly isActive: boolean;
  /** `reserved`, `extended`, `unreserved`, `lost`; null before PostgreSQL 13. */
  readonly walStatus: string | null;
  readonly retainedBytes: bigint;
  /** Bytes until it may be lost; null without a limit. */
  readonly safeBytes: bigint | null;
  /** Positions as numbers; null when it has none. */
  readonly restartLsn: bigint | null;
  readonly confirmedLsn: bigint | null;
}

export interface PostgresSignalTable {
  readonly name: string;
  readonly isThere: boolean;
  readonly columns: readonly string[];
  readonly hasPrimaryKey: boolean;
  readonly canWrite: boolean;
  readonly isPublished: boolean;
}

/** What the facts are held against. */
export interface PostgresWish {
  readonly schema: string;
  readonly table: string;
  readonly globalKey: readonly string[];
  readonly slotName: string;
  readonly publicationName: string;
  /** The connector's options; secrets do not matter. */
  readonly config: { readonly [option: string]: string };
  /** Whether the connector is there, and so must its slot and publication be. */
  readonly isMade: boolean;
  /** Whether its connector runs now, and so must its slot be in use. */
  readonly isRunning: boolean;
  /** Where the connector will go on; null when that is not known. */
  readonly offsetLsn: bigint | null;
}
