import type { DeliverySettings, Failure } from "@gluttony/model";

/** What becomes of a record after an attempt that failed. */
export type Verdict =
  | { readonly do: "retry"; readonly afterMs: number }
  /** Its target is held back: the attempt is not charged, and the lane waits for the target. */
  | { readonly do: "hold"; readonly target: string }
  /** Its attempts ran out: it is parked as soon as its target answers another record, and tried until then. */
  | { readonly do: "await"; readonly target: string; readonly afterMs: number }
  | { readonly do: "park"; readonly failure: Failure }
  | { readonly do: "block"; readonly failure: Failure };

/** What the judge must know beside the failure. */
export interface Trial {
  /** Attempts that count: those made while the target was up. 1 after the first. */
  readonly attempt: number;
  /** Milliseconds since the first failure. */
  readonly failingForMs: number;
  /** Whether the failed target is taken to be up; true when no target was involved. */
  readonly isTargetUp: boolean;
  /** Whether so many records are refused that the fault is not the records'. */
  readonly isShareFull: boolean;
  /** A number from 0 to 1 drawn by the caller, for full jitter. */
  readonly jitter: number;
}

/** How long and how often to retry. */
export type RetryPolicy = Pick<
  DeliverySettings,
  "attemptsMax" | "backoffFirstMs" | "backoffMaxMs" | "retryAgeMaxMs"
>;

/** Says what becomes of a record whose attempt failed. Pure: no clock, no randomness, no I/O. */
export function judge(failure: Failure, trial: Trial, policy: RetryPolicy): Verdict {
  switch (failure.kind) {
    case "transient":
    case "ambiguous":
      // Parking while the target is down would drain the topic into dead letters during an outage.
      if (!trial.isTargetUp && failure.target !== undefined) return { do: "hold", target: failure.target };
      if (!isSpent(trial, policy)) return { do: "retry", afterMs: waitOf(failure, trial, policy) };
      if (failure.target === undefined) return parkOrBlock(failure, trial);
      // A target that answers nobody may be down as well: then it is not the record's fault.
      return { do: "await", target: failure.target, afterMs: waitOf(failure, trial, policy) };
    case "record":
      return parkOrBlock(failure, trial);
    case "auth":
    case "config":
      // These fail every record alike, so parking would drain the topic into dead letters.
      return { do: "block", failure };
  }
}

function isSpent(trial: Trial, policy: RetryPolicy): boolean {
  return trial.attempt >= policy.attemptsMax || trial.failingForMs >= policy.retryAgeMaxMs;
}

/** What becomes of a record whose attempts ran out and whose target has answered another one since. Pure. */
export function judgeSpent(failure: Failure, isShareFull: boolean): Verdict {
  return parkOrBlock(failure, { isShareFull });
}

/** A million refused records are one fault of code or settings, and not a million faults of records. */
function parkOrBlock(failure: Failure, { isShareFull }: Pick<Trial, "isShareFull">): Verdict {
  if (!isShareFull) return { do: "park", failure };
  const message = `Nearly every record is refused, the last one with ${failure.code}.`;
  return { do: "block", failure: { kind: "config", code: "delivery.poison_rate", message } };
}

/** Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), never below what the target asked. */
function waitOf(failure: Failure, trial: Trial, policy: RetryPolicy): number {
  const exponent = Math.min(trial.attempt - 1, 30);
  const ceiling = Math.min(policy.backoffMaxMs, policy.backoffFirstMs * 2 ** exponent);
  const jittered = Math.ceil(ceiling * trial.jitter);
  return Math.max(jittered, Math.min(failure.retryAfterMs ?? 0, retryAfterMaxMs), 1);
}

/** The longest wait a target may ask for; a wrong header must not stop a key for days. */
const retryAfterMaxMs = 15 * 60_000;
