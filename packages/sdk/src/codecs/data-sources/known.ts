import type { JsonObject } from "../json-value.ts";
import type { DataSource } from "./data-source.ts";
import { mariadb } from "./mariadb.ts";
import { mysql } from "./mysql.ts";
import { oracle } from "./oracle.ts";
import { postgresql } from "./postgresql.ts";
import { textField, transactionBlockId } from "./source-fields.ts";
import { sqlserver } from "./sqlserver.ts";

const byConnector: ReadonlyMap<string, DataSource> = new Map(
  [postgresql, sqlserver, oracle, mysql, mariadb].map((one) => [one.connector, one]),
);

/** The names of the connectors whose records are understood. */
export const knownConnectors: readonly string[] = [...byConnector.keys()];

/** Fields of `source` that only one connector writes; some documentation and very old versions leave the connector out. */
const telling: readonly (readonly [string, DataSource])[] = [
  ["commit_lsn", sqlserver],
  ["change_lsn", sqlserver],
  ["commit_scn", oracle],
  ["scn", oracle],
  ["lsn", postgresql],
  ["file", mysql],
  ["gtid", mysql],
];

/** The connector by its name in `source`, or by the fields that it writes; null when nothing tells. */
export function connectorOf(source: JsonObject): string | null {
  const named = textField(source, "connector");
  if (named !== null) return named;
  return telling.find(([field]) => Object.hasOwn(source, field))?.[1].connector ?? null;
}

/** What is known of a connector's records; undefined for a connector that is not supported. */
export function dataSourceOf(connector: string): DataSource | undefined {
  return byConnector.get(connector);
}

/** Of a row whose origin nothing tells: its old values may be invented, and it can be put in no order. */
export const unknownDataSource: DataSource = {
  connector: "",
  readPosition: () => null,
  readTransactionId: transactionBlockId,
  inventsBefore: true,
};
