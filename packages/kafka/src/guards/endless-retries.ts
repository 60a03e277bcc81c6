/** As long as a source lives it tries again for ever; outages are told by health, not by giving up. */
const WHILE_OPEN = Number.MAX_SAFE_INTEGER;

/** A number of retries that falls to none when the client is closed. */
export interface EndlessRetries {
  readonly retries: number;
  end(): void;
}

/**
 * Prevents retries of a closed client from going on for ever. kafkajs must be told a very large number, else it gives
 * its membership up after some seconds of outage; but it has no way to end a loop that is under way. It compares
 * `retryCount < retries` before each attempt, so an object that answers with another number later ends every loop.
 */
export function endlessRetries(): EndlessRetries {
  let left = WHILE_OPEN;
  const live = { valueOf: () => left };
  // kafkajs only ever compares the value, and the type it declares knows nothing of objects that count as numbers.
  const retries = live as unknown as number;
  return {
    retries,
    end: () => {
      left = 0;
    },
  };
}
