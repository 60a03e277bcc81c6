import type { Failure } from "@gluttony/model";
import type { OpenRecord } from "../open-record.ts";
import type { SettleStores } from "./settle.ts";

/** Milliseconds between tries to write how a replay ended. */
const retryMs = 1_000;

/**
 * Writes how a replay ended; null means well. Tries until it holds or the partition is let go: an end that is not
 * written would run the letter again. Answers the lowest offset of its key that is still set aside; undefined when
 * it was not written.
 */
export async function endReplay(
  open: OpenRecord,
  failure: Failure | null,
  stores: SettleStores,
): Promise<bigint | null | undefined> {
  while (open.replayId !== null && open.partition.isOurs) {
    try {
      const { firstOpen } = await stores.deadLetters.finishReplay(open.replayId, failure);
      return firstOpen;
    } catch (error) {
      stores.onTrouble(error);
      await stores.clock.sleep(retryMs, open.partition.signal);
    }
  }
  return undefined;
}
