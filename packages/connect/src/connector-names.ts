import { createHash } from "node:crypto";
import type { SourceAddress } from "./source-address.ts";

/** Which table of which database goes into which topic: what makes a connector the same one. */
export interface CapturedTable {
  readonly address: Pick<SourceAddress, "dataSource" | "host" | "port" | "database">;
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
}

/** Names that must never change while the connector lives: offsets, the slot and the schema history are kept under them. */
export interface ConnectorNames {
  readonly name: string;
  readonly topicPrefix: string;
  /** PostgreSQL's; the others keep no such thing in the source. */
  readonly slot: string | null;
  readonly publication: string | null;
  /** Where the connector keeps the tables' definitions over time; PostgreSQL's needs none. */
  readonly historyTopic: string | null;
  /** A number among the replicas of a MySQL or MariaDB server. */
  readonly serverId: string;
  /** Tells source tables apart in lists; holds no user and no password. */
  readonly sourceIdentity: string;
}

const PART_LENGTH_MAX = 40;
/** Ids below are what people give their servers by hand. */
const SERVER_ID_MIN = 1_000_000;
const SERVER_ID_MAX = 4_294_967_295;

/** Pure: the same table and topic have the same names on every host. Rows that agree in all of it share one connector. */
export function connectorNames({ address, schema, table, topic }: CapturedTable): ConnectorNames {
  const { dataSource } = address;
  const [host, port, database] = [
    address.host.toLowerCase(),
    String(address.port),
    databaseOf(address, schema),
  ];
  const place = [host, port, database, schema, table, topic];
  const isPostgres = dataSource === "postgresql";
  const text = JSON.stringify(isPostgres ? place : [dataSource, ...place]);
  const hash = createHash("sha256").update(text).digest("hex");
  const readable = (database === schema && !isPostgres ? [schema, table] : [database, schema, table])
    .map(legible)
    .join("-");
  const replication = isPostgres ? `gluttony_${hash.slice(0, 16)}` : null;
  const topicPrefix = `gluttony-${hash.slice(0, 16)}`;
  return {
    name: `gluttony-${readable}-${hash.slice(0, 8)}`,
    topicPrefix,
    slot: replication,
    publication: replication,
    historyTopic: isPostgres ? null : `${topicPrefix}.schema-history`,
    serverId: String(
      SERVER_ID_MIN + (Number.parseInt(hash.slice(0, 8), 16) % (SERVER_ID_MAX - SERVER_ID_MIN)),
    ),
    sourceIdentity: `${dataSource}:${address.host}:${address.port}/${database}/${schema}.${table}`,
  };
}

/** MySQL calls a database schema: whichever the login begins in, the table is the same one. */
function databaseOf({ dataSource, database }: CapturedTable["address"], schema: string): string {
  return dataSource === "mysql" || dataSource === "mariadb" ? schema : database;
}

/** A connector's name becomes part of URLs, where a slash cannot even be deleted again. */
function legible(part: string): string {
  return part.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, PART_LENGTH_MAX);
}
