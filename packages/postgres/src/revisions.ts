import type { Pool } from "./pool.ts";

/** One earlier or present version of a consumer, beside the one before it. Secrets are marks. */
export interface KeptRevision {
  readonly revision: bigint;
  readonly at: Date;
  readonly actor: string;
  /** What made it: `insert`, `update`, `pause`, `restore` and the like. */
  readonly operation: string;
  readonly reason: string | null;
  /** The columns by their names; null where none are known, as after a truncation. */
  readonly row: unknown;
  readonly rowBefore: unknown;
}

/** The versions of consumers, also of those that are gone. */
export interface RevisionBook {
  /** Newest first, from below `before` on. */
  list(
    consumerId: string,
    page: { readonly before: bigint | null; readonly limit: number },
  ): Promise<{ readonly items: readonly KeptRevision[]; readonly next: bigint | null }>;
  /** Null when there is none of the number. */
  get(consumerId: string, revision: bigint): Promise<KeptRevision | null>;
}

type Selected = Omit<KeptRevision, "rowBefore"> & { readonly [column: string]: unknown };

export function createRevisionBook(pool: Pool): RevisionBook {
  /** One more than the limit, so that the last has one before it, too. */
  const read = (id: string, before: bigint | null, limit: number): Promise<readonly Selected[]> =>
    pool.query<Selected>(
      `select revision, at, actor, operation, reason, "row" from cdc.consumer_revision
       where consumer_id = $1 and ($2::bigint is null or revision < $2) order by revision desc limit $3`,
      [id, before, limit + 1],
    );
  return {
    list: async (id, { before, limit }) => {
      const rows = await read(id, before, limit);
      const items = rows.slice(0, limit).map((row, index) => paired(row, rows[index + 1]));
      const last = items.at(-1);
      return { items, next: rows.length > limit && last !== undefined ? last.revision : null };
    },
    get: async (id, revision) => {
      const [row, before] = await read(id, revision + 1n, 1);
      return row === undefined || row.revision !== revision ? null : paired(row, before);
    },
  };
}

function paired(selected: Selected, before: Selected | undefined): KeptRevision {
  const { revision, at, actor, operation, reason, row } = selected;
  return { revision, at, actor, operation, reason, row, rowBefore: before?.row ?? null };
}
