import type { HttpAnswer, HttpFault } from "@gluttony/egress";
import { textOf } from "./client/json-field.ts";

/** What an answer of a worker means. */
export type Judged =
  | { readonly is: "done"; readonly json: unknown }
  /** What was asked for does not exist; for a deletion that is as good as done. */
  | { readonly is: "missing" }
  /** Ask again, this or another worker. */
  | Again
  /** This worker, or one of its age, does not know the call. */
  | { readonly is: "unsupported" }
  /** Somebody in front of the worker, or the worker, does not let us in. Asking again changes nothing. */
  | { readonly is: "denied"; readonly status: number }
  /** Asking again changes nothing. `text` is the worker's and not scrubbed. */
  | { readonly is: "rejected"; readonly status: number; readonly text: string };

export interface Again {
  readonly is: "again";
  readonly why: string;
  /** Tells a busy worker from one that is down. */
  readonly reachedIt: boolean;
  /** The worker may have done what was asked although it did not say so: read back before asking again. */
  readonly mayHaveHappened: boolean;
  /** Milliseconds that the worker wants us to wait, when it says so. */
  readonly afterMs?: number;
}

const momentary = /rebalanc|stale configuration|conflicting operation|no known leader|leader url/i;
const timedOut = /request timed out/i;
/** The worker's own words for a path or a verb that it does not know. */
const unknownCall = /^HTTP 40[45] /;
const RETRY_AFTER_MAX_S = 60;

/**
 * Judges one answer. The status alone does not tell: a 409 can be a rebalance or a name that is taken, a 404 an unknown
 * connector, a worker that is still starting or a call that an old worker does not know, a 500 a rebalance, a time-out after
 * which the work goes on, or a wrong configuration. Pure.
 */
export function judgeAnswer(answer: HttpAnswer | HttpFault): Judged {
  if ("fault" in answer) return judgeFault(answer.fault);
  const { status, json, headers } = answer;
  if (status >= 200 && status < 300) return { is: "done", json };
  const text = textOf(json, "message");
  const again = { is: "again", reachedIt: true } as const;
  switch (status) {
    case 401:
    case 403:
      return { is: "denied", status };
    case 404:
      // A page of the web server: the worker is still starting.
      if (text === null) return { ...again, why: "starting", mayHaveHappened: false };
      return unknownCall.test(text) ? { is: "unsupported" } : { is: "missing" };
    case 405:
      return { is: "unsupported" };
    case 409:
    case 500:
      if (timedOut.test(text ?? "")) return { ...again, why: "timed out", mayHaveHappened: true };
      if (momentary.test(text ?? "")) return { ...again, why: "rebalancing", mayHaveHappened: false };
      return { is: "rejected", status, text: text ?? "" };
    case 429:
    case 503:
      return { ...again, why: `HTTP ${status}`, mayHaveHappened: false, ...waitOf(headers) };
    case 502:
    case 504:
      return { ...again, why: `HTTP ${status}`, mayHaveHappened: true };
    default:
      return { is: "rejected", status, text: text ?? "" };
  }
}

function judgeFault({ reason, errno, isSent }: HttpFault["fault"]): Judged {
  if (reason === "too_large") return { is: "rejected", status: 0, text: "the answer is larger than may be" };
  return { is: "again", why: errno === "" ? reason : errno, reachedIt: isSent, mayHaveHappened: isSent };
}

function waitOf(headers: HttpAnswer["headers"]): { readonly afterMs?: number } {
  const seconds = headers["retry-after"] ?? "";
  return /^\d{1,4}$/.test(seconds) ? { afterMs: Math.min(RETRY_AFTER_MAX_S, Number(seconds)) * 1_000 } : {};
}
