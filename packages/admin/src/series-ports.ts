import type { RecentCounts } from "./overview-ports.ts";

/** One step of a consumer's series, over all hosts. */
export interface SeriesPoint extends RecentCounts {
  /** When the step began. */
  readonly at: Date;
  /** The worst that was seen in the step; null when it was not known. */
  readonly lagRecords: bigint | null;
  readonly lagMs: number | null;
}

/** Series that gluttony keeps itself. Implemented by `@gluttony/postgres`. */
export interface SeriesReader {
  /** Oldest first. Steps in which no host wrote anything are left out. */
  read(
    consumerId: string,
    span: { readonly stepS: 10 | 120; readonly from: Date; readonly to: Date },
  ): Promise<readonly SeriesPoint[]>;
}
