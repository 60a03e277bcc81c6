import { type CellStanding, type Ending, isCode } from "@gluttony/model";
import { HostMetrics } from "./metrics/host-metrics.ts";
import { RegisteredMetrics } from "./metrics/registered-metrics.ts";
import { type SeriesCounts, SeriesTally } from "./metrics/series-tally.ts";

/** What one running consumer counts. */
export interface ConsumerMeters {
  received(): void;
  attempted(durationMs: number): void;
  retried(code: string): void;
  ended(ending: Ending): void;
  /** Whether it is time to look how long a record took from its commit. */
  isSampleDue(monotonicMs: number): boolean;
  /** When the source committed a record, and when it ended, in milliseconds since the epoch. */
  acknowledged(committedAtMs: number, endedAtMs: number): void;
  /** A round of writing marks. */
  committed(isDone: boolean): void;
}

/** What is shown of one consumer. */
export interface ConsumerShown {
  readonly consumer: string;
  readonly consumerId: string;
  readonly topic: string;
  readonly state: string;
  readonly states: readonly string[];
  readonly lagMs: number | null;
  readonly waiting: number;
  readonly lagByPartition: ReadonlyMap<number, bigint>;
  /** Targets that its records wait for. */
  readonly heldTargets: readonly string[];
  readonly release: string | null;
  readonly cell: CellStanding | null;
}

const endingKinds = ["done", "filtered", "parked", "skipped"] as const;

/** What one consumer counted since it was last flushed. */
interface Counts {
  received: number;
  readonly ended: { [ending in (typeof endingKinds)[number]]: number };
}

/** Labels of targets at most. */
const targetsShownMax = 100;
/** Milliseconds between records whose time from the commit is looked at: that reads the record. */
const sampleEveryMs = 100;

/** The metrics of this host, as they are registered in the model. Labels are bounded: never a key, a person, a URL or a message. */
export class Metrics {
  readonly #metrics = new RegisteredMetrics();
  readonly host: HostMetrics = new HostMetrics(this.#metrics);
  /** What was counted since the last scrape: at tens of thousands of records a second labels are felt. */
  readonly #counts = new Map<string, Counts>();
  /** By the consumer's id. */
  readonly #tallies = new Map<string, SeriesTally>();
  /** Crashes of each consumer's cell that were counted. */
  readonly #crashes = new Map<string, number>();
  readonly #received = this.#metrics.counter("gluttony_records_received_total");
  readonly #finished = this.#metrics.counter("gluttony_records_finished_total");
  readonly #retries = this.#metrics.counter("gluttony_retries_total");
  readonly #parked = this.#metrics.counter("gluttony_dead_letters_total");
  readonly #commits = this.#metrics.counter("gluttony_offset_commits_total");
  readonly #duration = this.#metrics.histogram("gluttony_handler_duration_seconds");
  readonly #commitToAck = this.#metrics.histogram("gluttony_commit_to_ack_seconds");
  readonly #lastRecord = this.#metrics.gauge("gluttony_consumer_last_record_timestamp_seconds");
  readonly #state = this.#metrics.gauge("gluttony_consumer_state");
  readonly #lag = this.#metrics.gauge("gluttony_consumer_lag_records");
  readonly #lagSeconds = this.#metrics.gauge("gluttony_consumer_lag_seconds");
  readonly #held = this.#metrics.gauge("gluttony_target_held");
  readonly #breaker = this.#metrics.gauge("gluttony_breaker_open");
  readonly #rungs = this.#metrics.counter("gluttony_watchdog_total");
  readonly #swaps = this.#metrics.counter("gluttony_handler_swaps_total");
  readonly #shadows = this.#metrics.counter("gluttony_shadow_attempts_total");
  readonly #waiting = this.#metrics.gauge("gluttony_blocked_keys");
  readonly #plugin = this.#metrics.gauge("gluttony_plugin_info");
  readonly #cellMemory = this.#metrics.gauge("gluttony_cell_memory_bytes");
  readonly #cellRestarts = this.#metrics.counter("gluttony_cell_restarts_total");
  /** Label sets of a consumer that come and go. */
  readonly #shown = new Map<
    string,
    { readonly targets: readonly string[]; readonly release: string | null }
  >();

  constructor(version: string) {
    this.#metrics.gauge("gluttony_build_info").set({ version, node: process.version }, 1);
  }

  metersOf({ id, name: consumer }: { readonly id: string; readonly name: string }): ConsumerMeters {
    const counts = this.#countsOf(consumer);
    const tally = this.#tallyOf(id);
    const duration = this.#duration.labels({ consumer });
    const commitToAck = this.#commitToAck.labels({ consumer });
    let sampledAtMs = Number.NEGATIVE_INFINITY;
    return {
      received: () => {
        counts.received += 1;
        tally.received();
      },
      attempted: (durationMs) => {
        duration.observe(durationMs / 1_000);
        tally.attempted(durationMs);
      },
      retried: (code) => {
        this.#retries.inc({ consumer, code: boundedCode(code) });
        tally.retried();
      },
      ended: (ending) => {
        counts.ended[ending.kind] += 1;
        tally.ended(ending.kind);
        if (ending.kind === "parked") this.#parked.inc({ consumer, code: boundedCode(ending.failure.code) });
      },
      isSampleDue: (monotonicMs) => {
        if (monotonicMs - sampledAtMs < sampleEveryMs) return false;
        sampledAtMs = monotonicMs;
        return true;
      },
      acknowledged: (committedAtMs, endedAtMs) => {
        const durationMs = Math.max(0, endedAtMs - committedAtMs);
        commitToAck.observe(durationMs / 1_000);
        this.#lastRecord.set({ consumer }, Math.round(endedAtMs / 1_000));
        tally.acknowledged(durationMs);
      },
      committed: (isDone) => {
        this.#commits.inc({ consumer, result: isDone ? "done" : "failed" });
        if (!isDone) tally.commitFailed();
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
    this.#held.reset();
    for (const target of targets.slice(0, targetsShownMax)) this.#held.set({ target }, 1);
  }

  /** Shows what was observed of one consumer. */
  show(observed: ConsumerShown): void {
    const { consumer, consumerId, topic, lagByPartition, lagMs } = observed;
    for (const state of observed.states)
      this.#state.set({ consumer, state }, state === observed.state ? 1 : 0);
    this.#lagSeconds.set({ consumer }, (lagMs ?? 0) / 1_000);
    this.#waiting.set({ consumer }, observed.waiting);
    for (const [partition, lag] of lagByPartition)
      this.#lag.set({ consumer, topic, partition: String(partition) }, Number(lag));
    if (lagByPartition.size > 0)
      this.#tallyOf(consumerId).lag(
        [...lagByPartition.values()].reduce((sum, lag) => sum + lag, 0n),
        lagMs,
      );
    this.#showHandler(observed);
  }

  /** What was counted for the series of each consumer since the last call. */
  takeSeries(): readonly SeriesCounts[] {
    return [...this.#tallies.values()].map((tally) => tally.take()).filter((counts) => counts !== null);
  }

  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    for (const [consumer, counts] of this.#counts) this.#flush(consumer, counts);
    return this.#metrics.text();
  }

  #showHandler({ consumer, consumerId, release, heldTargets, cell }: ConsumerShown): void {
    const before = this.#shown.get(consumer);
    for (const target of before?.targets ?? []) this.#breaker.remove({ consumer, target });
    const targets = heldTargets.slice(0, targetsShownMax);
    for (const target of targets) this.#breaker.set({ consumer, target }, 1);
    if (before?.release !== release && before !== undefined && before.release !== null)
      this.#plugin.remove({ consumer, release: before.release });
    if (release !== null) this.#plugin.set({ consumer, release }, 1);
    this.#shown.set(consumer, { targets, release });
    if (cell === null || cell.residentBytes === null) this.#cellMemory.remove({ consumer });
    else this.#cellMemory.set({ consumer }, cell.residentBytes);
    if (cell !== null) this.#tallyOf(consumerId).restarted(this.#countCrashes(consumer, cell.crashes));
  }

  /** Counts those that are new, and answers how many; a cell that was made anew counts from nothing. */
  #countCrashes(consumer: string, crashes: number): number {
    const counted = this.#crashes.get(consumer) ?? 0;
    const added = crashes >= counted ? crashes - counted : crashes;
    this.#cellRestarts.inc({ consumer }, added);
    this.#crashes.set(consumer, crashes);
    return added;
  }

  #countsOf(consumer: string): Counts {
    const known = this.#counts.get(consumer);
    if (known !== undefined) return known;
    const counts = { received: 0, ended: { done: 0, filtered: 0, parked: 0, skipped: 0 } };
    this.#counts.set(consumer, counts);
    return counts;
  }

  #tallyOf(consumerId: string): SeriesTally {
    const known = this.#tallies.get(consumerId);
    if (known !== undefined) return known;
    const tally = new SeriesTally(consumerId);
    this.#tallies.set(consumerId, tally);
    return tally;
  }

  #flush(consumer: string, counts: Counts): void {
    this.#received.inc({ consumer }, counts.received);
    counts.received = 0;
    for (const ending of endingKinds) {
      if (counts.ended[ending] > 0) this.#finished.inc({ consumer, ending }, counts.ended[ending]);
      counts.ended[ending] = 0;
    }
  }
}

/** A plugin may invent codes without end; a label may not. */
function boundedCode(code: string): string {
  return isCode(code) ? code : "plugin";
}
