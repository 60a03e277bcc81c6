import { pause } from "../host.ts";

/** What the API said of the patients' consumer at one moment. */
export interface Sample {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** Which host answered; null when none did. */
  readonly host: string | null;
  /** `unreachable` when no host answered. */
  readonly state: string;
  readonly code: string | null;
  /** Records in each ending, and their sum. */
  readonly endings: { readonly [name: string]: number };
  readonly ended: number;
  readonly lag: number | null;
  readonly retrying: number;
  readonly hosts: readonly {
    readonly hostId: string;
    readonly state: string;
    readonly isFresh: boolean;
    readonly partitions: number;
  }[];
}

/** A host that can be asked. */
export interface Asked {
  readonly hostId: string;
  readonly url: string;
  readonly isRunning: boolean;
}

const everyMs = 1_000;
const askLimitMs = 3_000;

/** Asks the admin API once a second for the consumer's state, like a person who watches. */
export class Timeline {
  readonly samples: Sample[] = [];
  /** Everything that was answered, to be searched for what must not be there. */
  readonly answers: string[] = [];
  readonly #hosts: () => readonly Asked[];
  readonly #consumer: string;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();

  constructor(hosts: () => readonly Asked[], consumer: string) {
    this.#hosts = hosts;
    this.#consumer = consumer;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** What is said now, beside the steady beat. */
  async look(): Promise<Sample> {
    const atMs = performance.now();
    for (const host of this.#hosts()) {
      const text = await this.#ask(host);
      if (text === null) continue;
      return sampleOf(text, { atMs, host: host.hostId });
    }
    const nothing = { code: null, endings: {}, ended: 0, lag: null, retrying: 0, hosts: [] };
    return { atMs, host: null, state: "unreachable", ...nothing };
  }

  async #ask(host: Asked): Promise<string | null> {
    if (!host.isRunning) return null;
    try {
      const url = `${host.url}/api/v1/consumers/${this.#consumer}/status`;
      const response = await fetch(url, { signal: AbortSignal.timeout(askLimitMs) });
      const text = await response.text();
      this.answers.push(text);
      return response.status === 200 ? text : null;
    } catch {
      return null;
    }
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const startedMs = performance.now();
      this.samples.push(await this.look());
      await pause(Math.max(50, everyMs - (performance.now() - startedMs)));
    }
  }
}

interface Status {
  readonly observed: { readonly state: string; readonly cause: { readonly code: string } | null };
  readonly hosts: readonly {
    readonly hostId: string;
    readonly state: string;
    readonly isFresh: boolean;
    readonly retrying: number;
    readonly partitions: readonly unknown[];
  }[];
  readonly lag: { readonly records: string | null };
  readonly accounting: { readonly total: { readonly endings: { readonly [name: string]: string } } };
}

function sampleOf(text: string, asked: { readonly atMs: number; readonly host: string }): Sample {
  const { observed, hosts, lag, accounting } = JSON.parse(text) as Status;
  const counts = Object.entries(accounting.total.endings);
  const endings = Object.fromEntries(counts.map(([name, count]) => [name, Number(count)]));
  return {
    ...asked,
    state: observed.state,
    code: observed.cause?.code ?? null,
    endings,
    ended: Object.values(endings).reduce((sum, count) => sum + count, 0),
    lag: lag.records === null ? null : Number(lag.records),
    retrying: hosts.reduce((sum, host) => sum + host.retrying, 0),
    hosts: hosts.map(({ hostId, state, isFresh, partitions }) => ({
      hostId,
      state,
      isFresh,
      partitions: partitions.length,
    })),
  };
}
