import { type AuditNote, GluttonyError } from "@gluttony/model";
import { withAdvisoryLock } from "../advisory-lock.ts";
import { appendAudit } from "../audit.ts";
import type { Pool, Queries } from "../pool.ts";
import type { SecretBox } from "../secret-box.ts";
import { type SealedTable, sealedTables } from "./sealed-columns.ts";

/** What became of what one table holds. */
export interface RewrapCount {
  readonly table: string;
  /** Values that are now sealed with the current key. */
  readonly resealed: number;
  /** Values that neither key opens; they are left as they are. */
  readonly unreadable: number;
}

/** What became of everything that is sealed. */
export interface Rewrapped {
  readonly keyId: string;
  readonly tables: readonly RewrapCount[];
}

/** Hears of each batch that is committed. */
export type RewrapProgress = (count: RewrapCount) => void;

/**
 * Seals everything anew with the current key: in batches, each a transaction of its own. Wherever it is stopped, every value
 * is sealed with one of the two keys, and the next run goes on with what is left. A value that somebody writes meanwhile is
 * theirs. One run at a time works, others wait; hosts go on. Notes the whole in the audit.
 */
export function rewrap(
  pool: Pool,
  box: SecretBox,
  { actor, onBatch = () => undefined }: { readonly actor: string; readonly onBatch?: RewrapProgress },
): Promise<Rewrapped> {
  return withAdvisoryLock(pool, "gluttony rewrap", async () => {
    const tables: RewrapCount[] = [];
    for (const table of sealedTables) tables.push(await rewrapTable(pool, { table, box, onBatch }));
    await pool.transaction((queries) => appendAudit(queries, noteOf(box.keyId, actor, tables)));
    return { keyId: box.keyId, tables };
  });
}

/** How many values are not sealed with the current key, per table that has any. */
export async function countSealedOtherwise(
  queries: Queries,
  box: SecretBox,
): Promise<readonly { readonly table: string; readonly values: number }[]> {
  const counts: { table: string; values: number }[] = [];
  for (const table of sealedTables) {
    const sums = table.columns.map((column) => `count(*) filter (where ${isOtherwise(table, column)})`);
    const [row] = await queries.query<{ values: bigint }>(
      `select ${sums.join(" + ")} as values from ${table.table}`,
      [currentHead(table, box)],
    );
    const values = Number(row?.values ?? 0n);
    if (values > 0) counts.push({ table: table.table, values });
  }
  return counts;
}

interface TableWork {
  readonly table: SealedTable;
  readonly box: SecretBox;
  readonly onBatch: RewrapProgress;
}

/** One row with what it is found by, bound to, and holds. */
interface SealedRow {
  readonly at: readonly string[];
  readonly bound: readonly string[];
  readonly [column: string]: unknown;
}

async function rewrapTable(pool: Pool, work: TableWork): Promise<RewrapCount> {
  const { table, onBatch } = work;
  let sum: RewrapCount = { table: table.table, resealed: 0, unreadable: 0 };
  let after: readonly string[] | null = null;
  do {
    const done: BatchDone = await pool.transaction((queries) => rewrapBatch(queries, work, after));
    after = done.last;
    sum = {
      ...sum,
      resealed: sum.resealed + done.resealed,
      unreadable: sum.unreadable + done.unreadable,
    };
    if (done.resealed + done.unreadable > 0) onBatch(sum);
  } while (after !== null);
  return sum;
}

interface BatchDone {
  readonly resealed: number;
  readonly unreadable: number;
  /** Where the next batch begins; null after the last one. */
  readonly last: readonly string[] | null;
}

async function rewrapBatch(
  queries: Queries,
  { table, box }: TableWork,
  after: readonly string[] | null,
): Promise<BatchDone> {
  // The trigger of consumers takes the new envelope for the same value.
  await queries.query("select set_config('gluttony.rewrap', 'on', true)");
  const rows = await queries.query<SealedRow>(selectOf(table, after !== null), [
    currentHead(table, box),
    ...(after ?? []),
  ]);
  let resealed = 0;
  let unreadable = 0;
  for (const row of rows) {
    for (const column of table.columns) {
      const anew = resealedOf(row, column, { table, box });
      if (anew === null) continue;
      const { sealed } = anew;
      if (sealed === null) unreadable += 1;
      else resealed += await replace(queries, { table, row, column, sealed, keyId: box.keyId });
    }
  }
  return { resealed, unreadable, last: rows.length < table.batch ? null : (rows.at(-1)?.at ?? null) };
}

/** Null where there is nothing to do; `sealed` is null where neither key opens what is there. */
type Resealed = { readonly sealed: string | Buffer | null } | null;

function resealedOf(
  row: SealedRow,
  column: string,
  { table, box }: { readonly table: SealedTable; readonly box: SecretBox },
): Resealed {
  const held = row[aliasOf(column)];
  const place = table.placeOf(row.bound, column);
  try {
    if (typeof held === "string") return { sealed: box.sealText(box.openText(held, place), place) };
    if (held instanceof Buffer) return { sealed: box.seal(box.open(held, place), place) };
    return null;
  } catch (error) {
    if (error instanceof GluttonyError && error.code === "secret.unreadable") return { sealed: null };
    throw error;
  }
}

interface Replacement {
  readonly table: SealedTable;
  readonly row: SealedRow;
  readonly column: string;
  readonly sealed: string | Buffer;
  readonly keyId: string;
}

/** Only what is still as it was read. Answers how many: one or none. */
async function replace(
  queries: Queries,
  { table, row, column, sealed, keyId }: Replacement,
): Promise<number> {
  const keyIdSet = table.keyIdColumn === undefined ? "" : `, ${table.keyIdColumn} = $3`;
  const values = [row[aliasOf(column)], sealed, ...(keyIdSet === "" ? [] : [keyId])];
  const where = table.order.map(({ sql, type }, at) => `${sql} = $${values.length + at + 1}::${type}`);
  const done = await queries.query(
    `update ${table.table} set ${column} = $2${keyIdSet}
     where ${column} = $1 and ${where.join(" and ")} returning 1 as done`,
    [...values, ...row.at],
  );
  return done.length;
}

/** Rows with something that the current key did not seal, in order, after those that are done. `$1` is the current head. */
function selectOf(table: SealedTable, isAfter: boolean): string {
  const order = table.order.map(({ sql }) => sql).join(", ");
  const from = table.order.map(({ type }, at) => `$${at + 2}::${type}`).join(", ");
  const held = table.columns.map(
    (column) => `case when ${isOtherwise(table, column)} then ${column} end as "${aliasOf(column)}"`,
  );
  const stale = table.columns.map((column) => isOtherwise(table, column)).join(" or ");
  return `select array[${textsOf(table.order.map(({ sql }) => sql))}] as at,
      array[${textsOf(table.bound)}] as bound, ${held.join(", ")}
    from ${table.table} where (${stale})${isAfter ? ` and (${order}) > (${from})` : ""}
    order by ${order} limit ${table.batch}`;
}

function textsOf(columns: readonly string[]): string {
  return columns.map((column) => `(${column})::text`).join(", ");
}

function aliasOf(column: string): string {
  return `held ${column}`;
}

/** Whether a column holds something that the current key did not seal. Clear text and references are no envelopes. */
function isOtherwise({ form }: SealedTable, column: string): string {
  return form === "bytes"
    ? `(${column} is not null and substr(${column}, 1, 5) <> $1::bytea)`
    : `(${column}::text ~ '^enc:v[12]:' and not starts_with(${column}::text, $1::text))`;
}

function currentHead({ form }: SealedTable, box: SecretBox): Buffer | string {
  return form === "bytes" ? box.currentBytes : box.currentText;
}

function noteOf(keyId: string, actor: string, tables: readonly RewrapCount[]): AuditNote {
  const counts = tables.map(({ table, resealed, unreadable }) => `${table} ${resealed} ${unreadable}`);
  return {
    actor,
    action: "secret.rewrap",
    targetKind: "secret",
    targetId: null,
    reason: null,
    detail: { keyId, tables: counts },
    result: "done",
  };
}
