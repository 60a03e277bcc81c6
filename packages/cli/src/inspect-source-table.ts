import { type InspectedTable, inspectOtherTable, openSource, type TablePlace } from "@gluttony/connect";
import { inspectTable } from "@gluttony/postgres";

/** Looks at a table of any source. Throws as `inspectTable` and `inspectOtherTable` do. */
export function inspectSourceTable(
  connString: string,
  { dataSource, ...name }: TablePlace,
): Promise<InspectedTable> {
  return dataSource === "postgresql"
    ? inspectTable(connString, name)
    : inspectOtherTable(connString, { dataSource, ...name }, openSource);
}
