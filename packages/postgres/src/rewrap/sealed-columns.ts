import { channelPlace } from "../alert-channels.ts";
import { connStringPlace } from "../conn-strings.ts";
import { connectorPlace } from "../connector-registry.ts";
import { statePlace } from "../handler-states.ts";
import { letterPlace } from "../letter-bytes.ts";
import { namedSecretPlace } from "../named-secrets.ts";
import { stepPlace } from "../once-ledger.ts";
import type { SecretPlace } from "../secret-box.ts";
import { subjectKeyPlace } from "../subject-hash.ts";

/** A table that holds something sealed. Names are ours alone, never a person's: they become part of statements. */
export interface SealedTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** How it is sealed: as an envelope, or as bytes. */
  readonly form: "text" | "bytes";
  /** What orders its rows, each with its type. */
  readonly order: readonly { readonly sql: string; readonly type: string }[];
  /** What its ciphertext is bound to. */
  readonly bound: readonly string[];
  /** Rows at once. */
  readonly batch: number;
  /** A column in which the key's id stands besides. */
  readonly keyIdColumn?: string;
  placeOf(bound: readonly string[], column: string): SecretPlace;
}

const rowsAtOnce = 200;
/** A letter may hold megabytes. */
const lettersAtOnce = 20;

/** Everything that is sealed with the master key. */
export const sealedTables: readonly SealedTable[] = [
  {
    table: "cdc.secret_salt",
    columns: ["sealed"],
    form: "bytes",
    order: [{ sql: "name", type: "text" }],
    bound: ["name"],
    batch: 1,
    placeOf: () => subjectKeyPlace,
  },
  {
    table: "cdc.secret",
    columns: ["envelope"],
    form: "text",
    order: [{ sql: "name", type: "text" }],
    bound: ["name"],
    batch: rowsAtOnce,
    keyIdColumn: "key_id",
    placeOf: ([name = ""]) => namedSecretPlace(name),
  },
  {
    table: "cdc.consumer",
    columns: ["conn_string"],
    form: "text",
    order: [{ sql: "id::text", type: "text" }],
    bound: ["id"],
    batch: rowsAtOnce,
    placeOf: ([id = ""]) => connStringPlace(id),
  },
  {
    table: "cdc.connector",
    columns: ["conn_string"],
    form: "text",
    order: [{ sql: "name", type: "text" }],
    bound: ["name"],
    batch: rowsAtOnce,
    placeOf: ([name = ""]) => connectorPlace(name),
  },
  {
    table: "cdc.alert_channel",
    columns: ["url", "secret"],
    form: "text",
    order: [{ sql: "id", type: "bigint" }],
    bound: ["name"],
    batch: rowsAtOnce,
    placeOf: ([name = ""], column) => channelPlace(name, column),
  },
  {
    table: "cdc.handler_state",
    columns: ["value"],
    form: "bytes",
    order: ["consumer_id", "handler", "key_hash"].map((sql) => ({ sql, type: "text" })),
    bound: ["consumer_id", "handler", "key_hash"],
    batch: rowsAtOnce,
    placeOf: (bound) => statePlace(bound),
  },
  {
    table: "cdc.once",
    columns: ["result"],
    form: "bytes",
    order: ["consumer_id", "idempotency_key", "name"].map((sql) => ({ sql, type: "text" })),
    bound: ["consumer_id", "idempotency_key", "name"],
    batch: rowsAtOnce,
    placeOf: ([consumerId = "", idempotencyKey = "", name = ""]) =>
      stepPlace({ consumerId, idempotencyKey, name }),
  },
  {
    table: "cdc.dead_letter",
    columns: ["key_bytes", "value_bytes", "headers"],
    form: "bytes",
    order: [{ sql: "id", type: "bigint" }],
    bound: ["consumer_id", "topic_id", "partition", '"offset"'],
    batch: lettersAtOnce,
    placeOf: ([consumerId = "", topicId = "", partition = "", offset = ""], column) =>
      letterPlace({ consumerId, topicId, partition: Number(partition), offset: BigInt(offset) }, column),
  },
];
