import { columnForm, debeziumJson, isJsonObject, parseJson } from "@gluttony/sdk/codecs";
import type { ColumnForm, JsonObject, JsonValue, RawRecord } from "@gluttony/sdk/codecs";
import type { Change, ColumnValue, Row } from "@gluttony/sdk";
import type { TypedColumn, TypedTable } from "./typed-table.ts";

/** What records have shown of one column. */
interface SeenColumn {
  readonly form: ColumnForm | null;
  readonly kinds: ReadonlySet<string>;
  readonly rows: number;
  readonly isKey: boolean;
}

/**
 * The tables whose changes are among the records, in order of their names. A column is typed by the schema of its latest
 * record, else by the kinds of JSON that were seen in it; it may be absent when a change lacked it, or when it is long and
 * PostgreSQL's. Records that are no change say nothing.
 */
export function tablesOfRecords(records: readonly RawRecord[]): readonly TypedTable[] {
  const tables = new Map<string, SeenTable>();
  for (const record of records) {
    const change = debeziumJson.decode(record);
    if (!("operation" in change) || change.after === null) continue;
    const name = tableName(change);
    const table = tables.get(name) ?? new SeenTable();
    table.see(change, change.after, schemasIn(record));
    tables.set(name, table);
  }
  const sorted = [...tables].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, table]) => ({ name, columns: table.columns() }));
}

class SeenTable {
  readonly #columns = new Map<string, SeenColumn>();
  #rows = 0;
  #isPostgres = false;

  see(change: Change, row: Row, schemas: ReadonlyMap<string, JsonObject>): void {
    this.#rows += 1;
    this.#isPostgres ||= change.source.connector === "postgresql";
    for (const name of new Set([...schemas.keys(), ...Object.keys(row)])) {
      const before = this.#columns.get(name);
      const schema = schemas.get(name);
      const value = row[name];
      this.#columns.set(name, {
        form: schema === undefined ? (before?.form ?? null) : columnForm(schema),
        kinds: new Set([...(before?.kinds ?? []), ...(value === undefined ? [] : [kindOf(value)])]),
        rows: (before?.rows ?? 0) + (value === undefined ? 0 : 1),
        isKey: Object.hasOwn(change.key ?? {}, name),
      });
    }
  }

  columns(): readonly TypedColumn[] {
    return [...this.#columns].map(([name, seen]) => this.#columnOf(name, seen));
  }

  #columnOf(name: string, { form, kinds, rows, isKey }: SeenColumn): TypedColumn {
    const known = form ?? formOfKinds(kinds);
    const mayBeLeftOut = form !== null && known.isLong && this.#isPostgres && !isKey;
    return {
      name,
      form: known,
      isNullable: known.isNullable,
      mayBeAbsent: rows < this.#rows || mayBeLeftOut,
    };
  }
}

function tableName({ source }: Change): string {
  const schema = source.schema ?? source.database;
  return [schema, source.table].filter((part) => part !== "").join(".");
}

/** The schemas of the columns, where the record carries them. */
function schemasIn({ value }: RawRecord): ReadonlyMap<string, JsonObject> {
  const parsed = value === null ? null : parseJson(value);
  const root = parsed !== null && "value" in parsed ? parsed.value : null;
  const schema = memberOf(root, "schema");
  const fields = listOf(memberOf(schema, "fields"));
  const rows = fields.filter((field) => isRowField(memberOf(field, "field")));
  const columns = rows.length === 0 ? fields : listOf(memberOf(rows[0] ?? null, "fields"));
  return new Map(
    columns.flatMap((column) => {
      const name = memberOf(column, "field");
      return isJsonObject(column) && typeof name === "string" ? [[name, column] as const] : [];
    }),
  );
}

function isRowField(name: JsonValue): boolean {
  return name === "after" || name === "before";
}

function memberOf(value: JsonValue, name: string): JsonValue {
  return isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function kindOf(value: ColumnValue): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return "ColumnValue";
}

/** JSON's kinds are all that is known; a column in which nothing but null was seen may be anything. */
function formOfKinds(kinds: ReadonlySet<string>): ColumnForm {
  const types = [...kinds].filter((kind) => kind !== "null").toSorted();
  const typeScript = types.length === 0 || types.includes("ColumnValue") ? "ColumnValue" : types.join(" | ");
  // A number is a `bigint` once it is long enough.
  const numbers = typeScript === "number" ? "number | bigint" : typeScript;
  return { typeScript: numbers, isNullable: true, isLong: false, isKnown: true };
}
