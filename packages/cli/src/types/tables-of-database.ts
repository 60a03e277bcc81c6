import { GluttonyError } from "@gluttony/model";
import { readSourceColumns } from "@gluttony/postgres";
import type { SourceColumn, SourceColumns, SourceTableName } from "@gluttony/postgres";
import { columnForm } from "@gluttony/sdk/codecs";
import type { ColumnDeclaration, ConnectorModes } from "@gluttony/sdk/codecs";
import type { TypedTable } from "./typed-table.ts";

/** A table with what the catalogue says of it. */
export interface CataloguedTable {
  readonly name: string;
  readonly found: SourceColumns;
}

/** Reads the tables one after the other. Throws `types.table_missing` for one that is not there. */
export async function readTables(
  connString: string,
  names: readonly string[],
): Promise<readonly CataloguedTable[]> {
  const tables: CataloguedTable[] = [];
  for (const name of names) {
    const found = await readSourceColumns(connString, tableNameOf(name));
    if (found === null) throw new GluttonyError("types.table_missing", { table: name });
    tables.push({ name, found });
  }
  return tables;
}

/** `schema.table`; the schema is `public` where it is left out. */
function tableNameOf(text: string): SourceTableName {
  const dot = text.indexOf(".");
  return dot === -1
    ? { schema: "public", table: text }
    : { schema: text.slice(0, dot), table: text.slice(dot + 1) };
}

/** The table as its row type says it. */
export function typedTable({ name, found }: CataloguedTable, modes: Partial<ConnectorModes>): TypedTable {
  const columns = found.columns.map((column) => {
    const form = columnForm(declarationOf(column), modes);
    const mayBeAbsent = form.isLong && !found.isIdentityFull && !found.primaryKey.includes(column.name);
    return { name: column.name, form, isNullable: column.isNullable, mayBeAbsent };
  });
  return { name, columns };
}

/** The columns as `configuration.decoding.tables` takes them. */
export function declaredColumns({ found }: CataloguedTable): { readonly [column: string]: string } {
  return Object.fromEntries(found.columns.map(({ name, type }) => [name, type]));
}

function declarationOf({ type, enumNames }: SourceColumn): ColumnDeclaration {
  if (enumNames === null) return type;
  const allowed = enumNames.map((name) => name.replaceAll(",", "\\,")).join(",");
  const schema = { type: "string", optional: true, name: "io.debezium.data.Enum", parameters: { allowed } };
  return type.endsWith("[]") ? { type: "array", optional: true, items: schema } : schema;
}
