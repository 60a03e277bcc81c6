import type { AttemptResult, Cell, CellConsumer } from "@gluttony/core";
import type { OpenRecord } from "../open-record.ts";

/** Tries a record once in the cell. Never rejects: whatever goes wrong is a failure with a kind. */
export async function attempt(open: OpenRecord, cell: Cell, consumer: CellConsumer): Promise<AttemptResult> {
  open.attempts += 1;
  open.nextAttemptAtMs = null;
  try {
    return await cell.attempt({
      record: open.record,
      consumer,
      attempt: open.attempts,
      idempotencyKey: open.idempotencyKey,
      signal: open.partition.signal,
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
