import type { Ending } from "@gluttony/model";
import type { OpenRecord } from "../open-record.ts";
import type { Clock, DeadLetters } from "../ports.ts";

/** Milliseconds between tries to make an ending durable. */
const settleRetryMs = 1_000;

/** What settling needs. */
export interface SettleStores {
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** Told when the store cannot be written, so that the state names it. */
  onTrouble(error: unknown): void;
}

/** On whose account a record ends. */
export interface Account {
  readonly consumerId: string;
  readonly release: string;
  readonly bytes: "encrypted" | "reference";
}

/**
 * Makes an ending durable before the mark may pass it. Only parking writes here: the other endings become
 * durable with the mark. Tries until it holds or the partition is let go; answers which.
 */
export async function settle(
  open: OpenRecord,
  ending: Ending,
  { stores, account }: { stores: SettleStores; account: Account },
): Promise<boolean> {
  if (ending.kind !== "parked") return open.partition.isOurs;
  while (open.partition.isOurs) {
    try {
      await stores.deadLetters.park({
        consumerId: account.consumerId,
        topicId: open.partition.topicId,
        record: open.record,
        failure: ending.failure,
        attempts: ending.attempts,
        release: account.release,
        idempotencyKey: open.idempotencyKey,
        subject: open.subject ?? "",
        isBehind: ending.failure.code === "delivery.parked_behind",
        bytes: account.bytes,
      });
      return open.partition.isOurs;
    } catch (error) {
      stores.onTrouble(error);
      await stores.clock.sleep(settleRetryMs, open.partition.signal);
    }
  }
  return false;
}
