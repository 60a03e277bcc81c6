import type { AttemptRequest, AttemptResult, Cell, CellConsumer } from "@gluttony/core";
import type { WriterSchema } from "@gluttony/sdk/codecs";
import type { OpenRecord } from "../open-record.ts";
import type { RecordSchemas } from "../record-schemas.ts";

/** Where a record is tried, and on what condition it may act. */
export interface AttemptPlace {
  readonly cell: Cell;
  readonly consumer: CellConsumer;
  readonly schemas: RecordSchemas;
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
    const named = place.schemas.namedBy(open.record);
    if (named.length === 0) return await inCell(open, place, { meansOf });
    const found = await place.schemas.find(named);
    if ("failure" in found) return { kind: "failed", failure: found.failure };
    return await inCell(open, place, { meansOf, schemas: found.schemas });
  } catch (error) {
    // A cell promises not to throw; if it does, the record waits instead of being lost.
    const name = error instanceof Error ? error.name : typeof error;
    return {
      kind: "failed",
      failure: { kind: "transient", code: "internal.unexpected", message: `The cell threw ${name}.` },
    };
  }
}

/** What not every attempt has: means of another kind than the host's usual ones, and schemas that the record names. */
interface AttemptExtras {
  readonly meansOf: AttemptRequest["meansOf"];
  readonly schemas?: readonly WriterSchema[];
}

function inCell(
  open: OpenRecord,
  place: AttemptPlace,
  { meansOf, schemas }: AttemptExtras,
): Promise<AttemptResult> {
  return place.cell.attempt({
    record: open.record,
    consumer: place.consumer,
    attempt: open.attempts,
    idempotencyKey: open.idempotencyKey,
    signal: open.partition.signal,
    mayCall: place.mayCall,
    meansOf,
    ...(schemas === undefined ? {} : { schemas }),
  });
}
