import type { AttemptRequest, AttemptResult, AttemptTrace, Cell, CellConsumer } from "@gluttony/core";
import { type OpenRecord, ownRecord, sizeBytesOf } from "../open-record.ts";
import type { RecordSchemas } from "../record-schemas.ts";
import { compareAttempts, isTelling, type SeenAttempt } from "./compare-attempts.ts";
import type { ShadowSign } from "./shadow-tally.ts";

/** Attempts that a shadow may hold at once, and their bytes; what comes beyond is dropped and counted. */
const heldMax = 64;
const heldBytesMax = 8 * 1024 * 1024;

/** What a shadow works with. */
export interface ShadowParts {
  readonly cell: Cell;
  readonly consumer: CellConsumer;
  /** For one live attempt. */
  trace(): AttemptTrace;
  /** Told of every attempt what it came to. */
  note(sign: ShadowSign): void;
}

/** A record and where the schemas that it names are found. */
interface Followed {
  readonly open: OpenRecord;
  readonly schemas: RecordSchemas;
}

/** A live attempt that is followed. */
export interface FollowedAttempt {
  readonly meansOf: NonNullable<AttemptRequest["meansOf"]>;
  /** The live attempt ended; the shadow's own begins now, and nobody waits for it. */
  ended(result: AttemptResult): void;
}

/**
 * Gives a candidate the changes that the live handler got, each after the live attempt ended, and says how the two compare. It
 * is never waited for, holds a bounded number, and what it does stays inside of it.
 */
export class Shadow {
  readonly #parts: ShadowParts;
  readonly #over = new AbortController();
  #held = 0;
  #heldBytes = 0;
  #underWay = 0;
  #onIdle: (() => void) | null = null;

  constructor(parts: ShadowParts) {
    this.#parts = parts;
  }

  /** Attempts that it holds. */
  get held(): number {
    return this.#held;
  }

  /** Its own attempts that are not compared yet. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Resolves when no attempt of its own is under way. One waits at a time. */
  async idle(): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Follows an attempt that is about to begin; null when it has no room, or is over. */
  follow(open: OpenRecord, schemas: RecordSchemas): FollowedAttempt | null {
    if (this.#over.signal.aborted) return null;
    const bytes = sizeBytesOf(open.record);
    if (this.#held >= heldMax || this.#heldBytes + bytes > heldBytesMax) return this.#drop();
    this.#held += 1;
    this.#heldBytes += bytes;
    const trace = this.#parts.trace();
    return {
      meansOf: (usual) => trace.over(usual),
      ended: (result) => {
        const live = { result, calls: trace.calls };
        this.#underWay += 1;
        void this.#tryDry({ open, schemas }, live, trace).finally(() => {
          this.#underWay -= 1;
          this.#held -= 1;
          this.#heldBytes -= bytes;
          if (this.#underWay === 0) this.#onIdle?.();
        });
      },
    };
  }

  /** Calls off what is under way; nothing is noted any more. */
  close(): void {
    this.#over.abort();
  }

  async #tryDry({ open, schemas }: Followed, live: SeenAttempt, trace: AttemptTrace): Promise<void> {
    if (this.#over.signal.aborted || !isTelling(live)) return;
    // The live attempt has just found them; where they are gone again, the shadow could not read the record.
    const found = await schemas.find(schemas.namedBy(open.record));
    if (trace.isFull || "failure" in found) {
      this.#drop();
      return;
    }
    const { cell, consumer } = this.#parts;
    const { means, calls } = trace.dry();
    const result = await cell.attempt({
      record: ownRecord(open.record),
      consumer,
      attempt: open.attempts,
      idempotencyKey: open.idempotencyKey,
      signal: this.#over.signal,
      meansOf: () => means,
      ...(found.schemas.length === 0 ? {} : { schemas: found.schemas }),
    });
    const shadow = { result, calls };
    if (this.#over.signal.aborted || !isTelling(shadow)) return;
    this.#parts.note(compareAttempts(live, shadow));
  }

  #drop(): null {
    this.#parts.note({ kind: "dropped", live: "", shadow: "" });
    return null;
  }
}
