import { type Fault, GluttonyError } from "@gluttony/model";
import type { Queries } from "./pool.ts";

const text = ["text", "character varying"];

/** The columns of `cdc.consumer` and the types each may have, as `format_type` writes them; null allows any. */
const expectedColumns: ReadonlyMap<string, readonly string[] | null> = new Map([
  ["id", null],
  ["name", text],
  ["conn_string", text],
  ["data_source", text],
  ["capture_schema", text],
  ["capture_table", text],
  ["topic", text],
  ["group", text],
  ["handler_func", text],
  ["global_key", ["text[]", "character varying[]"]],
  ["is_valid", ["boolean"]],
  ["count", ["bigint"]],
  ["creation_time", ["timestamp with time zone"]],
  ["configuration", ["jsonb"]],
]);

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Looks whether a `cdc.consumer` that is there already can be used as it stands, and keeps others from writing
 * to it until the transaction ends. Throws `database.adopt_mismatch` with every fault at once.
 */
export async function adoptConsumerTable(queries: Queries): Promise<void> {
  const [found] = await queries.query<{ kind: string }>(
    `select relkind::text as kind from pg_class where oid = to_regclass('cdc.consumer')`,
  );
  if (found === undefined) return;
  if (found.kind !== "r" && found.kind !== "p") {
    throw mismatch([{ path: "cdc.consumer", message: "is not a table" }]);
  }
  await queries.query("lock table cdc.consumer in share row exclusive mode");
  const columns = await queries.query<{ name: string; type: string }>(
    `select attname::text as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = 'cdc.consumer'::regclass and attnum > 0 and not attisdropped`,
  );
  const faults = faultsOfColumns(columns);
  if (faults.length > 0) throw mismatch(faults);
  const repeated = await faultsOfRows(queries);
  if (repeated.length > 0) throw mismatch(repeated);
}

/** Pure. Columns beyond ours are nobody's fault. */
export function faultsOfColumns(columns: readonly Column[]): readonly Fault[] {
  const typeOf = new Map(columns.map((column) => [column.name, column.type]));
  const faults: Fault[] = [];
  for (const [name, types] of expectedColumns) {
    const seen = typeOf.get(name);
    if (seen === undefined) faults.push({ path: name, message: "is missing", ...suggested(types) });
    else if (types !== null && !types.includes(seen)) {
      faults.push({ path: name, message: `has the type ${seen}`, ...suggested(types) });
    }
  }
  return faults;
}

/** The id and the name must each mean one row. Says how many do not, never which. */
async function faultsOfRows(queries: Queries): Promise<readonly Fault[]> {
  const [row] = await queries.query<{ ids: number; names: number }>(
    `select (count(*) - count(distinct id::text))::int as ids,
            (count(name) - count(distinct name))::int as names from cdc.consumer`,
  );
  const faults: Fault[] = [];
  if (row !== undefined && row.ids > 0) {
    faults.push({ path: "id", message: `is empty or repeated in ${row.ids} rows` });
  }
  if (row !== undefined && row.names > 0)
    faults.push({ path: "name", message: `is repeated in ${row.names} rows` });
  return faults;
}

function suggested(types: readonly string[] | null): { readonly suggestion?: string } {
  const [first] = types ?? [];
  return first === undefined ? {} : { suggestion: first };
}

function mismatch(faults: readonly Fault[]): GluttonyError {
  const columns = faults.map((fault) => `${fault.path} ${fault.message}`);
  return new GluttonyError("database.adopt_mismatch", { columns }, { faults });
}
