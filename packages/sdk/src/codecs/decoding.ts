import { readSchema } from "./connect-schema.ts";
import { defaultModes } from "./connector-modes.ts";
import type { ConnectorModes } from "./connector-modes.ts";
import { textField } from "./data-sources/source-fields.ts";
import type { JsonObject } from "./json-value.ts";
import { postgresSchema } from "./postgresql-schema.ts";
import { compileRow } from "./row-decoder.ts";
import type { RowDecoder } from "./row-decoder.ts";
import { defaultPlaceholder, Placeholder } from "./unavailable.ts";

/**
 * The type of a column: SQL of PostgreSQL (`numeric(10,2)`, `timestamptz`, `bigint[]`), or for any database the schema that
 * the JSON converter would write, such as `{ "type": "int64", "name": "io.debezium.time.MicroTimestamp" }`.
 */
export type ColumnDeclaration = string | JsonObject;

/** What is known of a topic's records beside the records; all of it may be left out. */
export interface DecodingOptions {
  /**
   * Columns of tables whose records have no schema, by `schema.table` (`database.table` for MySQL and MariaDB, `table` alone
   * for rows that do not say more) or by `*` for every other table. A column that is not listed is what JSON says.
   */
  readonly tables?: { readonly [table: string]: { readonly [column: string]: ColumnDeclaration } };
  /** How the connector writes the columns of `tables`. */
  readonly modes?: Partial<ConnectorModes>;
  /** Whether a tombstone is a delete, as it is where a flattened delete is nothing else. By default it is no change. */
  readonly tombstones?: "filter" | "delete";
  /** The connector's `unavailable.value.placeholder`, with `hex:` in front where it is written so. */
  readonly placeholder?: string;
  /** Whether every table has replica identity FULL: then all of `before` is data, and no large value is ever left out. */
  readonly isIdentityFull?: boolean;
}

/** Options, made ready once for all records of a consumer. */
export interface Decoding {
  /** The columns of a table that was declared; empty for any other. */
  columnsOf(source: JsonObject): RowDecoder;
  /** Whether any table's columns were declared. */
  readonly isTyped: boolean;
  readonly takesTombstones: boolean;
  readonly placeholder: Placeholder;
  readonly isIdentityFull: boolean;
}

const noColumns: RowDecoder = new Map();

/** Without options: JSON's kinds, Debezium's defaults. */
export const plainDecoding: Decoding = compileDecoding({});

/** Makes options ready. Pure; throws nothing: a type that is not known decodes as its JSON kind. */
export function compileDecoding({ tables = {}, modes = {}, ...options }: DecodingOptions): Decoding {
  const all = { ...defaultModes, ...modes };
  const byTable = new Map(
    Object.entries(tables).map(([table, columns]) => [table, declaredRow(columns, all)] as const),
  );
  const others = byTable.get("*") ?? noColumns;
  const { placeholder, tombstones, isIdentityFull = false } = options;
  return {
    columnsOf: byTable.size === 0 ? () => noColumns : (source) => byTable.get(tableOf(source)) ?? others,
    isTyped: byTable.size > 0,
    takesTombstones: tombstones === "delete",
    placeholder: placeholder === undefined ? defaultPlaceholder : new Placeholder(placeholder),
    isIdentityFull,
  };
}

function tableOf(source: JsonObject): string {
  const table = textField(source, "table") ?? "";
  const schema = textField(source, "schema") ?? textField(source, "db");
  return schema === null ? table : `${schema}.${table}`;
}

function declaredRow(
  columns: { readonly [column: string]: ColumnDeclaration },
  modes: ConnectorModes,
): RowDecoder {
  const fields = Object.entries(columns).map(([field, declared]) => ({
    ...(typeof declared === "string" ? postgresSchema(declared, modes) : { optional: true, ...declared }),
    field,
  }));
  return compileRow(readSchema({ type: "struct", fields }));
}
