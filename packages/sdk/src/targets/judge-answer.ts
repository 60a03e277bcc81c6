import type { TargetResponse } from "../context.ts";
import { HandlerError } from "../failure.ts";

/** What an answer is judged by. */
export type Answer = Pick<TargetResponse, "status" | "headers" | "text">;

/** Whose answer it is. */
export interface AnsweringTarget {
  /** As a sentence begins with it, such as `The patient index`. */
  readonly name: string;
  /** First part of the failures' codes, such as `empi`. */
  readonly code: string;
}

type AnswerBody = { readonly [name: string]: unknown };

/**
 * Whether a JSON answer means that the call succeeded: null, or the failure to throw. The body decides, since
 * many services answer 200 also for a refusal: `code` 0 or 200, or `success` true, is success; `DUPLICATE` too.
 * Pure; `nowMs` is for a `Retry-After` that is a date. Never quotes the body's message, which may name a person.
 * Its failures are `<code>.rejected`, `.busy`, `.unavailable`, `.unauthorized`, `.address_wrong`, and
 * `target.answer_invalid`.
 */
export function judgeAnswer(answer: Answer, target: AnsweringTarget, nowMs: number): HandlerError | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return judgeBody(jsonObject(answer.text()), target);
  if (status === 409 && jsonObject(answer.text())?.["code"] === "DUPLICATE") return null;
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return unavailable(answer, target, nowMs);
  if (status === 400 || status === 409 || status === 422) return rejected(status, target);
  if (status === 401 || status === 403) {
    return new HandlerError("auth", `${target.name} answered ${status}.`, {
      code: `${target.code}.unauthorized`,
    });
  }
  // Not found, or a redirect: the address is wrong, and would be for every record.
  return new HandlerError("config", `${target.name} answered ${status}: is the address right?`, {
    code: `${target.code}.address_wrong`,
  });
}

function judgeBody(body: AnswerBody | null, target: AnsweringTarget): HandlerError | null {
  // A login page or nothing at all comes from something in between, not from the target.
  if (body === null) return invalid(target);
  const { code, success } = body;
  if (code === "DUPLICATE") return null;
  if (code === "BUSY")
    return new HandlerError("transient", `${target.name} is busy.`, { code: `${target.code}.busy` });
  if (success === false) return rejected(code, target);
  if (code === undefined || code === null) return success === true ? null : invalid(target);
  return code === 0 || code === 200 || code === "0" || code === "200" ? null : rejected(code, target);
}

/** The failure of a record that the target refused for what it says. */
export function rejected(code: unknown, target: AnsweringTarget): HandlerError {
  // Only a number is shown: a text may hold anything.
  const shown = /^-?\d{1,9}$/.test(String(code)) ? ` with code ${String(code)}` : "";
  return new HandlerError("record", `${target.name} refused the record${shown}.`, {
    code: `${target.code}.rejected`,
  });
}

function invalid(target: AnsweringTarget): HandlerError {
  return new HandlerError("transient", `${target.name} did not answer in its JSON.`, {
    code: "target.answer_invalid",
  });
}

function unavailable(answer: Answer, target: AnsweringTarget, nowMs: number): HandlerError {
  const retryAfterMs = retryAfter(answer.headers, nowMs);
  return new HandlerError("transient", `${target.name} answered ${answer.status}.`, {
    code: `${target.code}.unavailable`,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** The longest wait that a target may ask for: longer ones are mistakes, such as a date in another unit. */
const retryAfterMaxMs = 3_600_000;

/** `Retry-After` in seconds or as a date, as milliseconds from now, at most an hour; null when it is neither. */
function retryAfter(headers: Answer["headers"], nowMs: number): number | null {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === "retry-after");
  const value = name === undefined ? "" : (headers[name] ?? "").trim();
  const afterMs = /^\d+$/.test(value) ? Number(value) * 1_000 : timeOf(value) - nowMs;
  return Number.isNaN(afterMs) ? null : Math.min(Math.max(0, afterMs), retryAfterMaxMs);
}

/** An HTTP date; its oldest form leaves out the zone, which is always the same. */
function timeOf(value: string): number {
  if (!/[a-z]/i.test(value)) return Number.NaN;
  return Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
}

/** The body as a JSON object, or null when it is none. */
export function jsonObject(text: string): AnswerBody | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}
