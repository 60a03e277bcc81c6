import type { HandlerError } from "@gluttony/sdk";
import { type Answer, judgeAnswer } from "@gluttony/sdk/targets";

/** Whether the answer means that the call succeeded: null, or the failure to throw. */
export function judgeResponse(answer: Answer, nowMs: number): HandlerError | null {
  return judgeAnswer(answer, { name: "The patient index", code: "empi" }, nowMs);
}
