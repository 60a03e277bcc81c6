import {
  type Cause,
  type DeliverySettings,
  GluttonyError,
  type ObservedStateName,
  type PartitionObservation,
} from "@gluttony/model";
import { Backlog } from "./backlog.ts";
import { causeOfError } from "./cause.ts";
import type { ConsumerRun } from "./consume.ts";
import type { RunObservation } from "./observe.ts";
import { FetchStall } from "./fetch-stall.ts";
import { windowOffsetsMax } from "./read-window.ts";
import { firstWatch, look, type Rung, type Watch } from "./watchdog.ts";

/** Share of the topic's retention from which on a backlog is in danger. */
const expiringShare = 0.75;

/** When it is looked, and with which limits. */
export interface LookedAt {
  readonly nowMs: number;
  readonly delivery: DeliverySettings;
  /** Milliseconds for which the topic keeps records; null when that is not known. */
  readonly retentionMs: number | null;
}

/** What a watched run is said to be, and what to do about it. */
export interface Watched {
  readonly state: ObservedStateName;
  readonly cause: Cause | null;
  /** The rung of the ladder to climb now; null for none. */
  readonly rung: Rung | null;
  /** Whether the broker will soon delete what was not yet delivered. */
  readonly isExpiring: boolean;
}

/** Notices what no single look can: that nothing moves, and that a backlog does not shrink. Outlives one run. */
export class RunWatch {
  #watch: Watch = firstWatch;
  readonly #backlog = new Backlog();
  readonly #fetches = new FetchStall();

  look(run: ConsumerRun, seen: RunObservation, at: LookedAt): Watched {
    const lag = seen.partitions.reduce((sum, one) => sum + BigInt(one.lagRecords), 0n);
    const marks = seen.partitions.reduce((sum, one) => sum + BigInt(one.mark), 0n);
    const isFine = seen.state === "running" || seen.state === "idle";
    // Reading depends on nothing that holds up records: a key that waits must not hide that nothing is fetched.
    const unread = this.#unreadPlaces(run, seen, at.nowMs);
    const { watch, isStalled, rung } = look(
      {
        nowMs: at.nowMs,
        progress: unread ?? `${marks} ${run.endedCount}`,
        hasBacklog: unread !== null || lag > 0n || run.openCount > 0,
        isHeldUp: unread === null && !isFine,
        attemptMaxMs:
          unread !== null || run.runningCount === 0 ? 0 : at.delivery.deadlineMs + at.delivery.graceMs,
      },
      this.#watch,
    );
    this.#watch = watch;
    const isExpiring = (seen.lagMs ?? 0) > (at.retentionMs ?? Number.POSITIVE_INFINITY) * expiringShare;
    const isLagging = this.#backlog.note(lag, seen.lagMs, at.nowMs);
    if (isStalled && isFine) {
      const facts = { lagRecords: String(lag), inFlight: run.runningCount, climbed: watch.climbed };
      return {
        state: "silent",
        cause: causeOfError(new GluttonyError("delivery.stalled", facts)),
        rung,
        isExpiring,
      };
    }
    if (isFine && isExpiring) {
      const facts = { lagMs: seen.lagMs, retentionMs: at.retentionMs };
      const cause = causeOfError(new GluttonyError("delivery.expiring", facts));
      return { state: "lagging", cause, rung, isExpiring };
    }
    if (isFine && isLagging) {
      const facts = { lagRecords: String(lag), lagMs: seen.lagMs };
      return {
        state: "lagging",
        cause: causeOfError(new GluttonyError("delivery.lagging", facts)),
        rung,
        isExpiring,
      };
    }
    return { state: seen.state, cause: seen.cause, rung, isExpiring };
  }

  /** Where reading stands still although there is room and the brokers answer; null where it does not. */
  #unreadPlaces(run: ConsumerRun, seen: RunObservation, nowMs: number): string | null {
    const { blocked } = run.assignment;
    const wanted = seen.partitions.filter((one) => !blocked.has(one.partition) && !isWindowFull(one));
    const places = this.#fetches.note(wanted, nowMs);
    return run.hasRoom && seen.cause?.code !== "kafka.unreachable" ? places : null;
  }
}

/** Its reading may be stopped by a key that waits. */
function isWindowFull({ mark, next }: PartitionObservation): boolean {
  return BigInt(next) - BigInt(mark) > BigInt(windowOffsetsMax) / 2n;
}
