import { createHash } from "node:crypto";
import type { SourceAddress } from "./parse-conn-string.ts";

/** Which table of which database goes into which topic: what makes a connector the same one. */
export interface CapturedTable {
  readonly address: Pick<SourceAddress, "host" | "port" | "database">;
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
}

/** Names that must never change while the connector lives: offsets and the slot are kept under them. */
export interface ConnectorNames {
  readonly name: string;
  readonly topicPrefix: string;
  readonly slot: string;
  readonly publication: string;
  /** Tells source tables apart in lists; holds no user and no password. */
  readonly sourceIdentity: string;
}

const PART_LENGTH_MAX = 40;

/** Pure: the same table and topic have the same names on every host. Rows that agree in all of it share one connector. */
export function connectorNames({ address, schema, table, topic }: CapturedTable): ConnectorNames {
  const place = [address.host.toLowerCase(), String(address.port), address.database, schema, table, topic];
  const hash = createHash("sha256").update(JSON.stringify(place)).digest("hex");
  const readable = [address.database, schema, table].map(legible).join("-");
  const replication = `gluttony_${hash.slice(0, 16)}`;
  return {
    name: `gluttony-${readable}-${hash.slice(0, 8)}`,
    topicPrefix: `gluttony-${hash.slice(0, 16)}`,
    slot: replication,
    publication: replication,
    sourceIdentity: `postgresql:${address.host}:${address.port}/${address.database}/${schema}.${table}`,
  };
}

/** A connector's name becomes part of URLs, where a slash cannot even be deleted again. */
function legible(part: string): string {
  return part.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, PART_LENGTH_MAX);
}
