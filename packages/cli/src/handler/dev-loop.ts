import type { RawRecord } from "@gluttony/sdk/codecs";
import type { DevCell } from "./dev-cell.ts";
import { endedNews } from "./dev-news.ts";
import type { DevNews } from "./dev-news.ts";

/** A build with its cell and the records to replay on it. */
export interface DevBuild {
  readonly hash: string;
  readonly cell: DevCell;
  readonly records: readonly RawRecord[];
}

/**
 * Replays records on the newest build. A newer one takes over between two records: the record in flight ends where it
 * began, its cell is closed after it, and the records begin anew on the new one.
 */
export class DevLoop {
  readonly #tell: (news: DevNews) => void;
  #current: DevBuild | null = null;
  #next: DevBuild | null = null;
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(tell: (news: DevNews) => void) {
    this.#tell = tell;
  }

  /** Takes a build whose cell is ready. The one before that never came to run is closed. */
  async take(build: DevBuild): Promise<void> {
    const passedOver = this.#next;
    this.#next = build;
    this.#running ??= this.#run();
    await passedOver?.cell.close();
  }

  /** Resolves when everything that was taken is replayed or replaced. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Ends after the record in flight and closes the cells. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
    await this.#current?.cell.close();
    await this.#next?.cell.close();
  }

  async #run(): Promise<void> {
    try {
      while (this.#next !== null && !this.#isClosed) {
        const before = this.#current;
        const build = this.#next;
        this.#current = build;
        this.#next = null;
        await before?.cell.close();
        await this.#replay(build);
      }
    } finally {
      this.#running = null;
    }
  }

  async #replay({ hash, cell, records }: DevBuild): Promise<void> {
    let done = 0;
    for (const record of records) {
      if (this.#next !== null || this.#isClosed) break;
      const place = `${record.topic}-${record.partition}@${record.offset}`;
      this.#tell(endedNews(hash, place, await cell.run(record)));
      done += 1;
    }
    this.#tell({ event: "replayed", build: hash, records: done, isWhole: done === records.length });
  }
}
