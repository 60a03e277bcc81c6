import { HandlerError } from "@gluttony/sdk";
import type { TargetResponse } from "@gluttony/sdk";

/** What an answer is judged by. */
export type Answer = Pick<TargetResponse, "status" | "headers" | "text">;

type AnswerBody = { readonly [name: string]: unknown };

/**
 * Whether the answer means that the call succeeded: null, or the failure to throw. The body decides, since
 * the service answers 200 also for a refusal. Pure. Never quotes the body's message, which may name a person.
 */
export function judgeResponse(answer: Answer, nowMs: number): HandlerError | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return judgeBody(jsonObject(answer.text()));
  if (status === 409 && jsonObject(answer.text())?.["code"] === "DUPLICATE") return null;
  if (status === 408 || status === 425 || status === 429 || status >= 500) return unavailable(answer, nowMs);
  if (status === 400 || status === 409 || status === 422) return rejected(status);
  if (status === 401 || status === 403) {
    return new HandlerError("auth", `The decision support answered ${status}.`, {
      code: "cdss.unauthorized",
    });
  }
  // Not found, or a redirect: the address is wrong, and would be for every record.
  return new HandlerError("config", `The decision support answered ${status}: is the address right?`, {
    code: "cdss.address_wrong",
  });
}

function judgeBody(body: AnswerBody | null): HandlerError | null {
  // A login page or nothing at all comes from something in between, not from the service.
  if (body === null) return invalid();
  const { code, success } = body;
  if (code === "DUPLICATE") return null;
  if (code === "BUSY")
    return new HandlerError("transient", "The decision support is busy.", { code: "cdss.busy" });
  if (success === false) return rejected(code);
  if (code === undefined || code === null) return success === true ? null : invalid();
  return code === 0 || code === 200 || code === "0" || code === "200" ? null : rejected(code);
}

function rejected(code: unknown): HandlerError {
  // Only a number is shown: a text may hold anything.
  const shown = /^-?\d{1,9}$/.test(String(code)) ? ` with code ${String(code)}` : "";
  return new HandlerError("record", `The decision support refused the record${shown}.`, {
    code: "cdss.rejected",
  });
}

function invalid(): HandlerError {
  return new HandlerError("transient", "The decision support did not answer in its JSON.", {
    code: "target.answer_invalid",
  });
}

function unavailable(answer: Answer, nowMs: number): HandlerError {
  const retryAfterMs = retryAfter(answer.headers, nowMs);
  return new HandlerError("transient", `The decision support answered ${answer.status}.`, {
    code: "cdss.unavailable",
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** `Retry-After` in seconds or as a date, as milliseconds from now. */
function retryAfter(headers: Answer["headers"], nowMs: number): number | null {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === "retry-after");
  const value = name === undefined ? "" : (headers[name] ?? "").trim();
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

function jsonObject(text: string): AnswerBody | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null;
  } catch {
    return null;
  }
}
