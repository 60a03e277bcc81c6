import { Pool } from "undici";
import { checkedLookup } from "./address-policy.ts";
import type { EgressLimits } from "./limits.ts";
import { Turnstile } from "./turnstile.ts";

/** One origin's connections and its queue. */
export interface Origin {
  readonly pool: Pool;
  readonly turnstile: Turnstile;
}

interface Entry extends Origin {
  usedAt: number;
}

/** Keeps one bounded pool of connections per origin, and a bounded number of origins. */
export class Pools implements AsyncDisposable {
  readonly #limits: EgressLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  #isClosed = false;

  constructor(limits: EgressLimits) {
    this.#limits = limits;
    this.#sweeper = setInterval(() => this.#closeIdle(), limits.idleOriginMs);
    this.#sweeper.unref();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Null when the pools are closed, or when every origin that there is room for has calls in flight. */
  of(origin: string): Origin | null {
    if (this.#isClosed) return null;
    const entry = this.#entries.get(origin) ?? this.#open(origin);
    if (entry === null) return null;
    entry.usedAt = performance.now();
    return entry;
  }

  /** Refuses further calls, waits a bounded time for those in flight, then cuts them off. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const origin of this.#entries.keys()) this.#end(origin);
    await Promise.all(this.#closing);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(origin: string): Entry | null {
    if (this.#entries.size >= this.#limits.originsMax && !this.#evict()) return null;
    const { concurrencyPerOrigin, waitingPerConsumerMax, connectTimeoutMs } = this.#limits;
    const pool = new Pool(origin, {
      connections: concurrencyPerOrigin,
      pipelining: 1,
      // An answer's headers cross to the cell, whose layout has a limit of its own.
      maxHeaderSize: 16_384,
      connect: { lookup: checkedLookup(), timeout: connectTimeoutMs },
      // Our own deadline covers headers and body together, also when both trickle.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const entry = { pool, turnstile: new Turnstile(concurrencyPerOrigin, waitingPerConsumerMax), usedAt: 0 };
    this.#entries.set(origin, entry);
    return entry;
  }

  /** Ends the idle origin that was used least recently. */
  #evict(): boolean {
    let oldest: [string, Entry] | null = null;
    for (const [origin, entry] of this.#entries) {
      const isOlder = oldest === null || entry.usedAt < oldest[1].usedAt;
      if (entry.turnstile.isIdle && isOlder) oldest = [origin, entry];
    }
    if (oldest === null) return false;
    this.#end(oldest[0]);
    return true;
  }

  #closeIdle(): void {
    const oldest = performance.now() - this.#limits.idleOriginMs;
    for (const [origin, { turnstile, usedAt }] of this.#entries) {
      if (turnstile.isIdle && usedAt < oldest) this.#end(origin);
    }
  }

  #end(origin: string): void {
    const pool = this.#entries.get(origin)?.pool;
    this.#entries.delete(origin);
    if (pool === undefined) return;
    const closing = endPool(pool, this.#limits.closeWithinMs).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

async function endPool(pool: Pool, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([pool.close(), late]);
  clearTimeout(timer);
  await pool.destroy();
}
