import type { DeliverySettings, Failure } from "@gluttony/model";

/** What becomes of a record after an attempt that failed. */
export type Verdict =
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "park"; readonly failure: Failure }
  | { readonly do: "block"; readonly failure: Failure };

/** What the judge must know beside the failure. */
export interface Trial {
  /** 1 after the first attempt. */
  readonly attempt: number;
  /** Whether the failed target has answered others lately; true when no target was involved. */
  readonly isTargetUp: boolean;
  /** A number from 0 to 1 drawn by the caller, for full jitter. */
  readonly jitter: number;
}

/** How long and how often to retry. */
export type RetryPolicy = Pick<DeliverySettings, "attemptsMax" | "backoffFirstMs" | "backoffMaxMs">;

/** Says what becomes of a record whose attempt failed. Pure: no clock, no randomness, no I/O. */
export function judge(failure: Failure, trial: Trial, policy: RetryPolicy): Verdict {
  switch (failure.kind) {
    case "transient":
    case "ambiguous":
      // Parking while the target is down would drain the topic into dead letters during an outage.
      if (trial.isTargetUp && trial.attempt >= policy.attemptsMax) return { do: "park", failure };
      return { do: "retry", afterMs: waitOf(failure, trial, policy) };
    case "record":
      return { do: "park", failure };
    case "auth":
    case "config":
      // These fail every record alike, so parking would drain the topic into dead letters.
      return { do: "block", failure };
  }
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
