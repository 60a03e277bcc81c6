import type { AttemptRequest, AttemptResult, Cell, CellConsumer } from "@gluttony/core";
import type { OpenRecord } from "../open-record.ts";

/** Where a record is tried, and on what condition it may act. */
export interface AttemptPlace {
  readonly cell: Cell;
  readonly consumer: CellConsumer;
  readonly mayCall: () => boolean;
}

/**
 * Tries a record once in the cell, with the host's usual means unless others are given. Never rejects: whatever goes wrong is
 * a failure with a kind.
 */
export async function attempt(
  open: OpenRecord,
  place: AttemptPlace,
  meansOf?: AttemptRequest["meansOf"],
): Promise<AttemptResult> {
  open.attempts += 1;
  open.nextAttemptAtMs = null;
  open.triedBy = place.cell.release;
  try {
    return await place.cell.attempt({
      record: open.record,
      consumer: place.consumer,
      attempt: open.attempts,
      idempotencyKey: open.idempotencyKey,
      signal: open.partition.signal,
      mayCall: place.mayCall,
      meansOf,
    });
  } catch (error) {
    // A cell promises not to throw; if it does, the record waits instead of being lost.
    const name = error instanceof Error ? error.name : typeof error;
    return {
      kind: "failed",
      failure: { kind: "transient", code: "internal.unexpected", message: `The cell threw ${name}.` },
    };
  }
}
