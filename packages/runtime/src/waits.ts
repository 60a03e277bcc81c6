import type { DeliverySettings, Failure } from "@gluttony/model";
import type { BreakerListener, TargetBreakers } from "./breakers.ts";
import type { Lanes, LaneStep } from "./lanes.ts";
import { keepOwnBytes, type OpenRecord } from "./open-record.ts";
import type { Partition } from "./partition.ts";
import type { Clock, Random } from "./ports.ts";
import { judge, type Verdict } from "./record/judge.ts";
import { isMade } from "./target-words.ts";

/** Milliseconds beyond a target's next probe after which a held record looks by itself. */
const holdSlackMs = 2_000;

/** What waiting depends on. */
export interface WaitMeans {
  readonly breakers: TargetBreakers;
  readonly clock: Clock;
  readonly random: Random;
}

/** Knows for what each failed record waits: its own time, its target, or a sign of life of its target. */
export class Waits {
  readonly #with: WaitMeans;
  readonly #delivery: DeliverySettings;
  readonly #lanes: Lanes<OpenRecord>;

  constructor(means: WaitMeans, delivery: DeliverySettings, lanes: Lanes<OpenRecord>) {
    this.#with = means;
    this.#delivery = delivery;
    this.#lanes = lanes;
  }

  /** Charges the record with its failure, and judges it. */
  verdictOf(open: OpenRecord, failure: Failure, isShareFull: boolean): Verdict {
    const { breakers, clock, random } = this.#with;
    const isTargetUp = breakers.isUp(failure.target);
    const wallMs = clock.wallMs();
    open.lastFailure = failure;
    open.failingSinceMs ??= wallMs;
    if (isTargetUp && isMade(failure.code)) open.charged += 1;
    const trial = {
      attempt: open.charged,
      failingForMs: isMade(failure.code) ? wallMs - open.failingSinceMs : 0,
      isTargetUp,
      isShareFull,
      jitter: random(),
    };
    return judge(failure, trial, this.#delivery);
  }

  /** The lane waits for the record's own time. */
  again(open: OpenRecord, afterMs: number): LaneStep {
    keepOwnBytes(open);
    open.nextAttemptAtMs = this.#with.clock.wallMs() + afterMs;
    open.partition.noteWaiting();
    return { kind: "again", afterMs };
  }

  /** The lane waits until its target is tried, or is up again. */
  hold(open: OpenRecord, target: string): LaneStep {
    const { breakers, random } = this.#with;
    open.heldBy = target;
    return this.again(open, breakers.probeInMs(target) + holdSlackMs * (1 + random()));
  }

  /** The lane waits until its target answers another record, or for its own next attempt. */
  awaitSign(open: OpenRecord, target: string, afterMs: number): LaneStep {
    const { breakers, clock } = this.#with;
    open.heldBy = target;
    open.spentAtMs ??= clock.monotonicMs();
    breakers.awaitGood(target);
    return this.again(open, afterMs);
  }

  /** Lets records go on that wait for the target: one to probe it, those that gave up, or all. */
  wake(target: string, what: Parameters<BreakerListener>[1]): void {
    const isMeant = (open: OpenRecord): boolean =>
      open.heldBy === target && (what !== "good" || open.spentAtMs !== null);
    this.#lanes.wake(isMeant, what === "probe" ? 1 : undefined);
  }

  /** A record whose attempts ran out, and whose target has answered another one since, gets no further attempt. */
  isGivenUp({ spentAtMs, lastFailure }: OpenRecord): boolean {
    if (spentAtMs === null || lastFailure === null) return false;
    const { breakers } = this.#with;
    return breakers.isUp(lastFailure.target) && breakers.hasAnsweredSince(lastFailure.target, spentAtMs);
  }
}

/** Takes a time in which nothing was tried, wall clock, out of how long records have been failing. */
export function forgiveWait(
  partitions: readonly Partition[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): void {
  for (const open of partitions.flatMap((partition) => [...partition.open.values()])) {
    if (open.failingSinceMs === null) continue;
    open.failingSinceMs += Math.max(0, toMs - Math.max(fromMs, open.failingSinceMs));
  }
}
