import { toGluttonyError } from "@gluttony/model";
import type { GluttonyError } from "@gluttony/model";
import type { CellAttempt } from "@gluttony/sdk/testing";
import type { DevCell } from "./dev-cell.ts";
import type { DevNews } from "./dev-news.ts";
import type { FedRecord, RecordFeed } from "./record-feed.ts";

/** A build with its cell and the records to run on it. */
export interface DevBuild {
  readonly hash: string;
  readonly cell: DevCell;
  readonly records: RecordFeed;
}

/** Who hears of what the loop does. */
export interface DevLoopListeners {
  readonly tell: (news: DevNews) => void;
  /** The news of one record: where it stands, and what it came to. */
  readonly newsOf: (build: string, place: string, attempt: CellAttempt) => DevNews;
  /** Called once, when no record can be had any more. */
  readonly onFault: () => void;
}

/**
 * Runs records on the newest build. A newer one takes over between two records: the record in flight ends where it
 * began, its cell is closed after it, and the new one goes on with its own records.
 */
export class DevLoop {
  readonly #listeners: DevLoopListeners;
  #current: DevBuild | null = null;
  #next: DevBuild | null = null;
  #running: Promise<void> | null = null;
  #turn = new AbortController();
  #fault: GluttonyError | null = null;
  #isClosed = false;

  constructor(listeners: DevLoopListeners) {
    this.#listeners = listeners;
  }

  /** Why no record can be had any more; null while that is not so. */
  get fault(): GluttonyError | null {
    return this.#fault;
  }

  /** Takes a build whose cell is ready. The one before that never came to run is closed. */
  async take(build: DevBuild): Promise<void> {
    const passedOver = this.#next;
    this.#next = build;
    this.#turn.abort();
    this.#running ??= this.#run();
    await passedOver?.cell.close();
  }

  /** Resolves when everything that was taken is run or replaced. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Ends after the record in flight and closes the cells. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#turn.abort();
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
        this.#turn = new AbortController();
        await before?.cell.close();
        await this.#replay(build, this.#turn.signal);
      }
    } catch (error) {
      this.#fault = toGluttonyError(error);
      this.#listeners.onFault();
    } finally {
      this.#running = null;
    }
  }

  async #replay({ hash, cell, records }: DevBuild, signal: AbortSignal): Promise<void> {
    const { tell, newsOf } = this.#listeners;
    let done = 0;
    while (!signal.aborted) {
      const fed = await records.next(signal);
      if (fed === null) break;
      const { topic, partition, offset } = fed.record;
      tell(newsOf(hash, `${topic}-${partition}@${offset}`, await attemptOf(fed, cell)));
      done += 1;
    }
    const isWhole = records.isAtEnd;
    const isStopped = !isWhole && this.#isClosed;
    tell({ event: "replayed", build: hash, records: done, isWhole, isStopped });
  }
}

/** A record whose schema cannot be had is not run, and says why. */
async function attemptOf({ record, schemas, failure }: FedRecord, cell: DevCell): Promise<CellAttempt> {
  if (failure === null) return cell.run(record, schemas);
  const { kind: failed, code, message, retryAfterMs } = failure;
  const decoded = { undecodable: code, detail: message };
  return { decoded, ending: { failed, code, message, retryAfterMs }, calls: [], log: [] };
}
