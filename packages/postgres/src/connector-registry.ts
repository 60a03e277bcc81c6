import { GluttonyError } from "@gluttony/model";
import { withAdvisoryLock } from "./advisory-lock.ts";
import { classifyConnString } from "./conn-strings.ts";
import type { Pool } from "./pool.ts";
import type { SecretBox, SecretPlace } from "./secret-box.ts";
import { storedJson } from "./stored-json.ts";

/** One connector that we made: enough to take it away again, with what it left in the source database. */
export interface RegisteredConnector {
  readonly name: string;
  readonly consumerIds: readonly string[];
  /** Tells source databases apart, without a secret. */
  readonly sourceIdentity: string;
  readonly topic: string;
  /** A reference, an envelope of this registry, or clear text when there is no master key. */
  readonly connString: string | null;
  readonly slot: string | null;
  readonly publication: string | null;
  /** Made for rows, written by a person, or adopted as it stood. */
  readonly kind: "made" | "written" | "adopted";
  /** What was last applied, without secrets; null when that is not known. */
  readonly applied: { readonly [option: string]: string } | null;
  readonly createdAt: Date;
}

/** Remembers the connectors that we made. */
export interface ConnectorRegistry {
  /** `connString` is given clear or as a reference; a clear one is sealed when there is a box. */
  upsert(connector: Omit<RegisteredConnector, "createdAt">): Promise<void>;
  list(): Promise<readonly RegisteredConnector[]>;
  remove(name: string): Promise<void>;
  /** Notes what was last applied; it must hold no secret. */
  noteApplied(name: string, applied: { readonly [option: string]: string }): Promise<void>;
  /** The clear text or the reference behind an entry; null when it has none. */
  openConnString(connector: RegisteredConnector): string | null;
  /** Runs `work` while no other host works on the connector of this name; waits at most a minute. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createConnectorRegistry(pool: Pool, box: SecretBox | null): ConnectorRegistry {
  return {
    async upsert(connector) {
      await pool.query(
        `insert into cdc.connector (name, consumer_ids, source_identity, topic, conn_string, slot, publication, kind,
           applied)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (name) do update set consumer_ids = excluded.consumer_ids,
           source_identity = excluded.source_identity, topic = excluded.topic, conn_string = excluded.conn_string,
           slot = excluded.slot, publication = excluded.publication, kind = excluded.kind,
           applied = excluded.applied`,
        [
          connector.name,
          connector.consumerIds,
          connector.sourceIdentity,
          connector.topic,
          sealed(connector, box),
          connector.slot,
          connector.publication,
          connector.kind,
          connector.applied === null ? null : storedJson(connector.applied),
        ],
      );
    },
    list: () =>
      pool.query<RegisteredConnector & { readonly [name: string]: unknown }>(
        `select name, consumer_ids as "consumerIds", source_identity as "sourceIdentity", topic,
           conn_string as "connString", slot, publication, kind, applied, created_at as "createdAt"
         from cdc.connector order by name`,
      ),
    async remove(name) {
      await pool.query("delete from cdc.connector where name = $1", [name]);
    },
    async noteApplied(name, applied) {
      await pool.query("update cdc.connector set applied = $2 where name = $1", [name, storedJson(applied)]);
    },
    openConnString: (connector) => opened(connector, box),
    withLock: (name, work) => withAdvisoryLock(pool, `gluttony connector ${name}`, () => work()),
  };
}

type SecretEntry = Pick<RegisteredConnector, "name" | "connString">;

function sealed(entry: SecretEntry, box: SecretBox | null): string | null {
  const { connString } = entry;
  if (connString === null || box === null || classifyConnString(connString) !== "clear") return connString;
  return box.sealText(connString, connectorPlace(entry.name));
}

function opened(entry: SecretEntry, box: SecretBox | null): string | null {
  const { connString } = entry;
  if (connString === null || classifyConnString(connString) !== "envelope") return connString;
  if (box === null) throw new GluttonyError("secret.master_key_missing", { connector: entry.name });
  return box.openText(connString, connectorPlace(entry.name));
}

/** Where a connector's connection string rests. */
export function connectorPlace(name: string): SecretPlace {
  return { table: "cdc.connector", column: "conn_string", row: name };
}
