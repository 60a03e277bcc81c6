import { Connections } from "./connections.ts";
import type { EgressLimits } from "./limits.ts";
import { Turnstile } from "./turnstile.ts";

/** One origin's connections and its queue. */
export interface Origin {
  readonly connections: Connections;
  readonly turnstile: Turnstile;
}

interface Entry extends Origin {
  usedAt: number;
}

/** Keeps a bounded number of connections per origin, and a bounded number of origins. */
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
    const { concurrencyPerOrigin, waitingPerConsumerMax } = this.#limits;
    const entry = {
      connections: new Connections(origin, this.#limits),
      turnstile: new Turnstile(concurrencyPerOrigin, waitingPerConsumerMax),
      usedAt: 0,
    };
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
    const connections = this.#entries.get(origin)?.connections;
    this.#entries.delete(origin);
    if (connections === undefined) return;
    const closing = endOf(connections, this.#limits.closeWithinMs).finally(() =>
      this.#closing.delete(closing),
    );
    this.#closing.add(closing);
  }
}

async function endOf(connections: Connections, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs);
  });
  await Promise.race([connections.close(), late]);
  clearTimeout(timer);
  await connections.destroy();
}
