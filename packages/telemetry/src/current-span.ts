import { AsyncLocalStorage } from "node:async_hooks";
import type { SpanContext } from "@opentelemetry/api";

/** The request of the admin API on whose behalf something is done. */
export class CurrentSpan {
  readonly #storage = new AsyncLocalStorage<SpanContext>();

  /** Null outside of a request. */
  get context(): SpanContext | null {
    return this.#storage.getStore() ?? null;
  }

  within<T>(context: SpanContext, work: () => T): T {
    return this.#storage.run(context, work);
  }
}
