import { epochMs } from "./host-process.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** One row as the source knows it now; the final state of the target must come to the same. */
export interface SourceRow {
  readonly version: number;
  readonly isDeleted: boolean;
}

/** What a connector writes for one change. */
export interface SourceChange {
  /** Null in a table without a primary key. */
  readonly key: string | null;
  readonly operation: "c" | "u" | "d" | "r";
  readonly version: number;
  readonly lsn: number;
  readonly keyBytes: Uint8Array | null;
  readonly valueBytes: Uint8Array | null;
  /** Whether it is nested deeper than any consumer reads. */
  readonly isDeep: boolean;
}

const deepText = "[".repeat(80) + "]".repeat(80);
/** Changes that lie this close together carry one time, as those of one transaction do. */
const tickMs = 50;

/** The hospital's table: changes come from here, and here alone stands what is true. */
export class SourceDatabase {
  readonly rows = new Map<string, SourceRow>();
  readonly #random: SeededRandom;
  readonly #keys: number;
  readonly #nowMs: () => number;
  #lsn = 1_000;

  constructor(random: SeededRandom, keys: number, nowMs: () => number) {
    this.#random = random;
    this.#keys = keys;
    this.#nowMs = nowMs;
  }

  /** One change, and with a deletion its tombstone. */
  change(): readonly SourceChange[] {
    const random = this.#random;
    if (random.isHit(0.01)) return [this.#written(null, "c", { version: 0, isDeep: false })];
    if (random.isHit(0.006)) return [this.#written(null, "c", { version: 0, isDeep: true })];
    // Some keys are hot.
    const key = `k${Math.floor(random.next() * random.next() * this.#keys)}`;
    const row = this.rows.get(key);
    if (row !== undefined && !row.isDeleted && random.isHit(0.04)) return this.#delete(key, row);
    if (row !== undefined && !row.isDeleted && random.isHit(0.05)) {
      return [this.#written(key, "r", { version: row.version, isDeep: false })];
    }
    const version = (row?.version ?? 0) + 1;
    this.rows.set(key, { version, isDeleted: false });
    return [this.#written(key, row === undefined || row.isDeleted ? "c" : "u", { version, isDeep: false })];
  }

  #delete(key: string, row: SourceRow): readonly SourceChange[] {
    const version = row.version + 1;
    this.rows.set(key, { version, isDeleted: true });
    const deletion = this.#written(key, "d", { version, isDeep: false });
    return [deletion, { ...deletion, valueBytes: null }];
  }

  #written(
    key: string | null,
    operation: SourceChange["operation"],
    { version, isDeep }: { readonly version: number; readonly isDeep: boolean },
  ): SourceChange {
    this.#lsn += this.#random.int(1, 90);
    const lsn = this.#lsn;
    const tsMs = epochMs + Math.floor(this.#nowMs() / tickMs) * tickMs;
    const row = `{"id":${key === null ? "null" : `"${key}"`},"v":${version}${isDeep ? `,"deep":${deepText}` : ""}}`;
    const [before, after] = operation === "d" ? [row, "null"] : ["null", row];
    const source = `{"connector":"postgresql","name":"s","db":"d","schema":"public","table":"t","ts_ms":${tsMs},"lsn":${lsn},"sequence":"[\\"${lsn - 1}\\",\\"${lsn}\\"]"}`;
    const value = `{"before":${before},"after":${after},"source":${source},"op":"${operation}","ts_ms":${tsMs}}`;
    return {
      key,
      operation,
      version,
      lsn,
      keyBytes: key === null ? null : Buffer.from(`{"id":"${key}"}`),
      valueBytes: Buffer.from(value),
      isDeep,
    };
  }
}
