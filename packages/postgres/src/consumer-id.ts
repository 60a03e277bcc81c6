import { GluttonyError } from "@gluttony/model";
import type { Queries } from "./pool.ts";

/** The column `id` of `cdc.consumer`, which an adopted table may give any type. */
export interface ConsumerIdColumn {
  /** As `format_type` writes it: safe to put into a statement. */
  readonly type: string;
  /** An expression that makes the next id. */
  readonly next: string;
}

/** Reads what kind of column `id` is. A default of the table wins over what we would make ourselves. */
export async function readConsumerIdColumn(queries: Queries): Promise<ConsumerIdColumn> {
  const [column] = await queries.query<{ type: string; fallback: string | null; sequence: string | null }>(
    `select format_type(a.atttypid, a.atttypmod) as type,
            pg_get_expr(d.adbin, d.adrelid) as fallback,
            case when a.attidentity <> '' then pg_get_serial_sequence('cdc.consumer', 'id') end as sequence
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = to_regclass('cdc.consumer') and a.attname = 'id' and not a.attisdropped`,
  );
  if (column === undefined) throw new GluttonyError("database.not_migrated", { table: "cdc.consumer" });
  return { type: column.type, next: nextIdOf(column) };
}

function nextIdOf(column: {
  readonly type: string;
  readonly fallback: string | null;
  readonly sequence: string | null;
}): string {
  if (column.sequence !== null) return `nextval('${column.sequence.replaceAll("'", "''")}')`;
  if (column.fallback !== null) return column.fallback;
  if (/^(bigint|integer|smallint|numeric)/.test(column.type)) {
    return "(select coalesce(max(id), 0) + 1 from cdc.consumer)";
  }
  return "gen_random_uuid()";
}
