import type { SpanContext } from "@opentelemetry/api";

/** Failed attempts that are remembered for what follows from them; the oldest go first. */
const failedMax = 1_000;

/** Attempts by what log lines and dead letters say of them. */
export class OpenAttempts {
  readonly #running = new Map<string, SpanContext>();
  readonly #failed = new Map<string, SpanContext>();

  began(place: string, context: SpanContext): void {
    this.#running.set(place, context);
  }

  ended(place: string): void {
    this.#running.delete(place);
  }

  /** The attempt at this place that runs now. */
  at(place: string): SpanContext | undefined {
    return this.#running.get(place);
  }

  failed(idempotencyKey: string, context: SpanContext): void {
    this.#failed.delete(idempotencyKey);
    this.#failed.set(idempotencyKey, context);
    if (this.#failed.size <= failedMax) return;
    const [oldest] = this.#failed.keys();
    if (oldest !== undefined) this.#failed.delete(oldest);
  }

  /** The last attempt of a record that failed, once. */
  takeFailed(idempotencyKey: string): SpanContext | null {
    const context = this.#failed.get(idempotencyKey) ?? null;
    this.#failed.delete(idempotencyKey);
    return context;
  }
}

/** Names a record of a consumer. Pure. */
export function placeOf(
  consumer: string,
  topic: string,
  at: { readonly partition: unknown; readonly offset: unknown },
): string {
  return `${consumer}\n${topic}\n${String(at.partition)}\n${String(at.offset)}`;
}
