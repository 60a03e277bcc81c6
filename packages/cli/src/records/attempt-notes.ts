import type { AttemptRequest, AttemptResult } from "@gluttony/core";
import type { RecordCoordinates } from "@gluttony/sdk/codecs";
import type { NotedAttempt } from "./record-outcome.ts";

/** Milliseconds for which attempts are noted after somebody looked. */
const watchedMs = 60_000;
/** Consumers watched at once, and attempts kept of each. */
const notesMax = { consumers: 64, attempts: 5_000 };

interface Watched {
  untilMs: number;
  readonly attempts: Map<string, NotedAttempt>;
}

/** The latest attempts of this host for the consumers that somebody looks at. Of the others nothing is kept. */
export class AttemptNotes {
  readonly #watched = new Map<string, Watched>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Whether anybody looks at anything, so that nobody pays who is not looked at. */
  get isWatching(): boolean {
    return this.#watched.size > 0;
  }

  /** Notes the attempts of a consumer for the next minute. */
  watch(consumerId: string): void {
    const untilMs = this.#nowMs() + watchedMs;
    const watched = this.#watched.get(consumerId) ?? { untilMs, attempts: new Map<string, NotedAttempt>() };
    watched.untilMs = untilMs;
    // What was looked at last stays longest.
    this.#watched.delete(consumerId);
    this.#watched.set(consumerId, watched);
    this.#cut();
  }

  note({ record, consumer, attempt }: AttemptRequest, result: AttemptResult, durationMs: number): void {
    const watched = this.#watched.get(consumer.id);
    if (watched === undefined) return;
    if (watched.untilMs < this.#nowMs()) {
      this.#watched.delete(consumer.id);
      return;
    }
    const { attempts } = watched;
    const name = nameOf(record);
    attempts.delete(name);
    attempts.set(name, { attempt, durationMs, rule: result.kind === "filtered" ? result.rule : null });
    if (attempts.size > notesMax.attempts) dropOldest(attempts);
  }

  /** The latest attempt of a record; null when it was made elsewhere, or while nobody looked. */
  of(consumerId: string, record: RecordCoordinates): NotedAttempt | null {
    return this.#watched.get(consumerId)?.attempts.get(nameOf(record)) ?? null;
  }

  #cut(): void {
    for (const [consumerId, { untilMs }] of this.#watched)
      if (untilMs < this.#nowMs()) this.#watched.delete(consumerId);
    if (this.#watched.size > notesMax.consumers) dropOldest(this.#watched);
  }
}

function nameOf({ topic, partition, offset }: RecordCoordinates): string {
  return `${topic}/${partition}@${offset}`;
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
