import { type Ending, isCode } from "@gluttony/model";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What one running consumer counts. */
export interface ConsumerMeters {
  received(): void;
  attempted(durationMs: number): void;
  retried(code: string): void;
  ended(ending: Ending): void;
}

const endingKinds = ["done", "filtered", "parked", "skipped"] as const;

/** What one consumer counted since it was last flushed. */
interface Counts {
  received: number;
  readonly ended: { [ending in (typeof endingKinds)[number]]: number };
}

/** Labels of targets at most. */
const targetsShownMax = 100;

/** Seconds, from a cache hit at the target to its time-out. */
const durationBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The register of this host's metrics. Labels are bounded: never a key, a person, a URL or a message. */
export class Metrics {
  readonly #registry = new Registry();
  /** What was counted since the last scrape: at tens of thousands of records a second labels are felt. */
  readonly #counts = new Map<string, Counts>();
  readonly #received = this.#counter("gluttony_records_received_total", "Records read.", ["consumer"]);
  readonly #finished = this.#counter("gluttony_records_finished_total", "Records that ended.", [
    "consumer",
    "ending",
  ]);
  readonly #retries = this.#counter("gluttony_retries_total", "Attempts that are repeated.", [
    "consumer",
    "code",
  ]);
  readonly #duration = new Histogram({
    name: "gluttony_handler_duration_seconds",
    help: "Time of one attempt.",
    labelNames: ["consumer"],
    buckets: durationBuckets,
    registers: [this.#registry],
  });
  readonly #state = this.#gauge("gluttony_consumer_state", "1 for the state a consumer is in.", [
    "consumer",
    "state",
  ]);
  readonly #lag = this.#gauge("gluttony_consumer_lag_records", "Records behind the log's end.", [
    "consumer",
    "topic",
    "partition",
  ]);
  readonly #lagSeconds = this.#gauge(
    "gluttony_consumer_lag_seconds",
    "Age of the oldest change that has not ended.",
    ["consumer"],
  );
  readonly #breaker = this.#gauge("gluttony_target_held", "1 while calls to a target are held back.", [
    "target",
  ]);
  readonly #rungs = this.#counter("gluttony_watchdog_total", "Rungs of the watchdog's ladder.", [
    "consumer",
    "rung",
  ]);
  readonly #swaps = this.#counter(
    "gluttony_handler_swaps_total",
    "Handlers that changed while records ran.",
    ["consumer", "outcome"],
  );
  readonly #shadows = this.#counter(
    "gluttony_shadow_attempts_total",
    "Attempts of shadows beside the live ones.",
    ["consumer", "outcome"],
  );
  readonly #waiting = this.#gauge(
    "gluttony_blocked_keys",
    "Keys whose first record waits for its next attempt.",
    ["consumer"],
  );

  constructor(version: string) {
    const build = this.#gauge("gluttony_build_info", "1, with the versions as labels.", ["version", "node"]);
    build.set({ version, node: process.version }, 1);
  }

  metersOf(consumer: string): ConsumerMeters {
    const counts = this.#countsOf(consumer);
    const duration = this.#duration.labels({ consumer });
    return {
      received: () => {
        counts.received += 1;
      },
      attempted: (durationMs) => duration.observe(durationMs / 1_000),
      // A plugin may invent codes without end; a label may not.
      retried: (code) => this.#retries.inc({ consumer, code: isCode(code) ? code : "plugin" }),
      ended: ({ kind }) => {
        counts.ended[kind] += 1;
      },
    };
  }

  /** Counts a rung that the watchdog climbed. */
  climbed(consumer: string, rung: string): void {
    this.#rungs.inc({ consumer, rung });
  }

  /** Counts a handler that took over, or one that was wanted and did not start. */
  swapped(consumer: string, outcome: "swapped" | "refused" | "rolled_back"): void {
    this.#swaps.inc({ consumer, outcome });
  }

  /** Counts what an attempt of a shadow came to. */
  shadowed(consumer: string, outcome: string): void {
    this.#shadows.inc({ consumer, outcome });
  }

  /** Shows which targets calls are held back from; a host has a handful of targets, named by whoever set it up. */
  showHeld(targets: readonly string[]): void {
    this.#breaker.reset();
    for (const target of targets.slice(0, targetsShownMax)) this.#breaker.set({ target }, 1);
  }

  /** Shows what was observed of one consumer. */
  show(observed: {
    readonly consumer: string;
    readonly topic: string;
    readonly state: string;
    readonly states: readonly string[];
    readonly lagMs: number | null;
    readonly waiting: number;
    readonly lagByPartition: ReadonlyMap<number, bigint>;
  }): void {
    const { consumer, topic } = observed;
    for (const state of observed.states)
      this.#state.set({ consumer, state }, state === observed.state ? 1 : 0);
    this.#lagSeconds.set({ consumer }, (observed.lagMs ?? 0) / 1_000);
    this.#waiting.set({ consumer }, observed.waiting);
    for (const [partition, lag] of observed.lagByPartition) {
      this.#lag.set({ consumer, topic, partition: String(partition) }, Number(lag));
    }
  }

  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    for (const [consumer, counts] of this.#counts) this.#flush(consumer, counts);
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #countsOf(consumer: string): Counts {
    const known = this.#counts.get(consumer);
    if (known !== undefined) return known;
    const counts = { received: 0, ended: { done: 0, filtered: 0, parked: 0, skipped: 0 } };
    this.#counts.set(consumer, counts);
    return counts;
  }

  #flush(consumer: string, counts: Counts): void {
    this.#received.inc({ consumer }, counts.received);
    counts.received = 0;
    for (const ending of endingKinds) {
      if (counts.ended[ending] > 0) this.#finished.inc({ consumer, ending }, counts.ended[ending]);
      counts.ended[ending] = 0;
    }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
