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

/** The versions of consumers. Implemented by `@gluttony/postgres`. */
export interface RevisionStore {
  /** Newest first, from below `before` on. */
  list(
    consumerId: string,
    page: { readonly before: bigint | null; readonly limit: number },
  ): Promise<{ readonly items: readonly KeptRevision[]; readonly next: bigint | null }>;
  /** Null when there is none of the number. */
  get(consumerId: string, revision: bigint): Promise<KeptRevision | null>;
}
