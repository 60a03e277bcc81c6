import type { SeededRandom } from "./seeded-random.ts";
import type { LoggedRecord } from "./topic.ts";

export const targetOrigin = "http://target.example:8080";

/** Why a record is not taken: refused by status, by the body, or its handler throws over it. */
const poisons = ["rejected", "refusedByCode", "stubborn"] as const;
type Poison = (typeof poisons)[number];

/** How the target is at the moment. */
export type TargetMode = "up" | "down" | "slow" | "errors" | "unauthorized" | "silent";

/** What a caller gets: an answer, or the way the call failed. */
export type TargetReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: string;
      readonly headers: Record<string, string>;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "reset" }
  /** Nothing ever comes back. */
  | { readonly kind: "silence" };

/** One row as the target holds it. */
export interface TargetRow {
  readonly version: number;
  readonly isDeleted: boolean;
}

/** The faults of single calls while the target is up, as chances. */
export interface TargetFaults {
  readonly appliedWithoutAnswer: number;
  readonly serverError: number;
}

/**
 * A target with a truth of its own. It knows requests by their idempotency key, so the second of two is answered
 * and not applied; it never says that it applied what it did not.
 */
export class Target {
  mode: TargetMode = "up";
  /** Whether records that it refused are taken by now. */
  isMended = false;
  faults: TargetFaults;
  readonly rows = new Map<string, TargetRow>();
  readonly #random: SeededRandom;
  readonly #typicalMs: number;
  readonly #known = new Set<string>();
  readonly #poison: number;
  readonly #poisoned = new Map<LoggedRecord["change"], Poison | null>();

  constructor(
    random: SeededRandom,
    options: { readonly typicalMs: number; readonly poison: number; readonly faults: TargetFaults },
  ) {
    this.#random = random;
    this.#typicalMs = options.typicalMs;
    this.#poison = options.poison;
    this.faults = options.faults;
  }

  /** Milliseconds until it has dealt with a request. */
  workMs(): number {
    if (this.mode === "slow") return this.#random.int(300, 2_500);
    return this.#random.delayMs(this.#typicalMs);
  }

  /** Whether a handler throws over this record before it calls anything, whatever the target is like. */
  isStubborn(record: LoggedRecord): boolean {
    return this.#poisonOf(record) === "stubborn" && !this.isMended;
  }

  handle(record: LoggedRecord, idempotencyKey: string): TargetReply {
    const random = this.#random;
    if (this.mode === "down") return { kind: "refused" };
    if (this.mode === "unauthorized") return answer(401, "{}");
    if (this.mode === "errors" && random.isHit(0.6)) return this.#busy();
    if (this.mode === "silent") {
      if (random.isHit(0.5)) this.#apply(record, idempotencyKey);
      return { kind: "silence" };
    }
    if (random.isHit(this.faults.serverError)) return answer(500, "{}");
    const poison = this.isMended ? null : this.#poisonOf(record);
    if (poison === "rejected") return answer(422, "{}");
    if (poison === "refusedByCode") return answer(200, '{"code":1,"message":"refused"}');
    this.#apply(record, idempotencyKey);
    if (random.isHit(this.faults.appliedWithoutAnswer))
      return random.isHit(0.5) ? { kind: "reset" } : { kind: "silence" };
    return answer(200, '{"code":0}');
  }

  #busy(): TargetReply {
    const headers: Record<string, string> = this.#random.isHit(0.3) ? { "retry-after": "1" } : {};
    return { kind: "answer", status: 503, body: "{}", headers };
  }

  #apply(record: LoggedRecord, idempotencyKey: string): void {
    record.story.isApplied = true;
    if (this.#known.has(idempotencyKey)) return;
    this.#known.add(idempotencyKey);
    record.story.isAppliedLate = record.isCompacted;
    const { key, version, operation } = record.change;
    if (key !== null) this.rows.set(key, { version, isDeleted: operation === "d" });
  }

  /** A change that the connector repeats is refused again. */
  #poisonOf({ change }: LoggedRecord): Poison | null {
    const known = this.#poisoned.get(change);
    if (known !== undefined) return known;
    const drawn = this.#random.isHit(this.#poison) ? this.#random.pick(poisons) : null;
    this.#poisoned.set(change, drawn);
    return drawn;
  }
}

function answer(status: number, body: string): TargetReply {
  return { kind: "answer", status, body, headers: {} };
}
