import type { HttpAnswer, HttpFault } from "@gluttony/egress";

/** What an answer of a worker means. */
export type Judged =
  | { readonly is: "done"; readonly json: unknown }
  /** What was asked for does not exist; for a deletion that is as good as done. */
  | { readonly is: "missing" }
  /** Ask again, this or another worker. `reachedIt` tells a busy worker from one that is down. */
  | { readonly is: "again"; readonly why: string; readonly reachedIt: boolean }
  /** Asking again changes nothing. `text` is the worker's and not scrubbed. */
  | { readonly is: "rejected"; readonly status: number; readonly text: string };

const momentary =
  /rebalanc|stale configuration|conflicting operation|no known leader|leader url|request timed out/i;

/**
 * Judges one answer. The status alone does not tell: a 409 can be a rebalance or a name that is taken, a 404 an unknown
 * connector or a worker that is still starting, a 500 a rebalance or a wrong configuration. Every request of ours may be
 * repeated. Pure.
 */
export function judgeAnswer(answer: HttpAnswer | HttpFault): Judged {
  if ("fault" in answer) {
    const { reason, errno } = answer.fault;
    return { is: "again", why: errno === "" ? reason : errno, reachedIt: answer.fault.isSent };
  }
  const { status, json } = answer;
  if (status >= 200 && status < 300) return { is: "done", json };
  const text = messageOf(json);
  if (status === 404 && text === null) return { is: "again", why: "starting", reachedIt: true };
  if (status === 404) return { is: "missing" };
  if (status === 502 || status === 503 || status === 504 || status === 429) {
    return { is: "again", why: `HTTP ${status}`, reachedIt: true };
  }
  if ((status === 409 || status === 500) && momentary.test(text ?? "")) {
    return { is: "again", why: "rebalancing", reachedIt: true };
  }
  return { is: "rejected", status, text: text ?? "" };
}

/** Null when the body is not Connect's own, such as a page of its web server or of a proxy. */
function messageOf(json: unknown): string | null {
  if (typeof json !== "object" || json === null || !("message" in json)) return null;
  return typeof json.message === "string" ? json.message : null;
}
