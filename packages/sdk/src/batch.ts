import type { Change, Row } from "./change.ts";
import type { HandlerContext } from "./context.ts";

/** What a handler of batches is given beside the changes. One context lives for one call. */
export interface BatchContext<Config = unknown>
  extends Pick<HandlerContext<Config>, "config" | "consumer" | "log"> {
  /** Aborted as soon as the attempt of one of the changes is. */
  readonly signal: AbortSignal;
  /**
   * As the context's of a single change, on behalf of the whole batch: `Idempotency-Key` stands for exactly these changes, so
   * the same changes in another batch have another one.
   */
  readonly fetch: HandlerContext<Config>["fetch"];
  /** The context of each change, at the same place: its own attempt, idempotency key and steps. */
  readonly each: readonly HandlerContext<Config>[];
}

/**
 * How a batch ended well: nothing when every change is done, else one outcome for each change at the same place (nothing for
 * done, `{ filtered }` by a rule, or an error for a change that failed while the others did not).
 */
export type BatchOutcome = undefined | readonly (undefined | { readonly filtered: string } | Error)[];

/** A handler's function for several changes of different keys. */
export type HandleBatch<R extends Row = Row, Config = unknown> = (
  changes: readonly Change<R>[],
  context: BatchContext<Config>,
) => Promise<BatchOutcome> | BatchOutcome;

/** Runs a handler of batches on a single change, as tests and repetitions do. */
export async function handleOne<R extends Row, Config>(
  handleBatch: HandleBatch<R, Config>,
  change: Change<R>,
  context: HandlerContext<Config>,
): Promise<undefined | { readonly filtered: string }> {
  const outcomes = await handleBatch([change], batchOfOne(context));
  // What is neither nothing nor a list is no outcome of one change either, and is refused as such.
  const outcome = Array.isArray(outcomes) ? outcomes[0] : outcomes;
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

function batchOfOne<Config>(context: HandlerContext<Config>): BatchContext<Config> {
  const { config, consumer } = context;
  return {
    config,
    consumer,
    get log() {
      return context.log;
    },
    get signal() {
      return context.signal;
    },
    fetch: (url, request) => context.fetch(url, request),
    each: [context],
  };
}
