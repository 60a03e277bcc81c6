import { propertyName } from "@gluttony/sdk/codecs";
import type { TypedColumn, TypedTable } from "./typed-table.ts";

/** TypeScript with a row type for each table, for a handler's `Change<Row>`. Pure; equal tables give equal text. */
export function rowTypes(tables: readonly TypedTable[]): string {
  const names = typeNames(tables.map(({ name }) => name));
  const types = tables.map((table, index) => rowType(table, names[index] ?? ""));
  const imported = ["ColumnValue", "Decimal"].filter((name) =>
    types.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
  );
  const imports =
    imported.length === 0 ? [] : [`import type { ${imported.join(", ")} } from "@gluttony/sdk";\n`];
  return [
    "// Written by `gluttony types generate`; a change belongs into the table.\n",
    ...imports,
    ...types,
  ].join("\n");
}

function rowType({ name, columns }: TypedTable, typeName: string): string {
  const lines = columns.map((column) => `${remark(column)}  readonly ${member(column)};\n`);
  return `/** A row of ${name}. */\nexport type ${typeName} = {\n${lines.join("")}};\n`;
}

function remark({ form, mayBeAbsent }: TypedColumn): string {
  if (!form.isKnown) return "  /** Delivered only with `include.unknown.datatypes`. */\n";
  return mayBeAbsent ? "  /** Absent when it is large and did not change. */\n" : "";
}

function member({ name, form, isNullable, mayBeAbsent }: TypedColumn): string {
  const absent = mayBeAbsent || !form.isKnown;
  const type = `${form.typeScript}${isNullable && form.typeScript !== "ColumnValue" ? " | null" : ""}`;
  return `${propertyName(name)}${absent ? "?" : ""}: ${type}${absent ? " | undefined" : ""}`;
}

/** `his.pat_master_index` is `HisPatMasterIndex`; names that would be the same are numbered. */
function typeNames(tables: readonly string[]): readonly string[] {
  const taken = new Map<string, number>();
  return tables.map((table) => {
    const words = table.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
    const joined = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
    const name = /^\p{L}/u.test(joined) ? joined : `Table${joined}`;
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? name : `${name}${count}`;
  });
}
