import type { OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import type { DeadLetters } from "./ports.ts";

/** Dead letters taken at once, so that replays never crowd out live records. */
const replaysAtOnce = 50;

/** Takes dead letters that a person asked to run again, of our partitions only: so they keep the order of their key. */
export async function replaysOf(
  deadLetters: DeadLetters,
  consumerId: string,
  partitions: readonly Partition[],
): Promise<readonly OpenRecord[]> {
  if (partitions.length === 0) return [];
  const numbers = partitions.map((partition) => partition.number);
  const requests = await deadLetters.takeReplays(consumerId, { partitions: numbers, limit: replaysAtOnce });
  return requests.flatMap((request) => {
    const partition = partitions.find((candidate) => candidate.number === request.record.partition);
    if (partition === undefined) return [];
    return [
      {
        record: request.record,
        partition,
        idempotencyKey: request.idempotencyKey,
        replayId: request.id,
        attempts: request.attempts,
        lastFailure: null,
        nextAttemptAtMs: null,
        hasOwnBytes: true,
      },
    ];
  });
}
