import type { HandlerError } from "@gluttony/sdk";
import { type Answer, judgeAnswer, jsonObject, rejected } from "@gluttony/sdk/targets";

const target = { name: "The data service", code: "datasync" };

/** Whether the answer means that the call succeeded: null, or the failure to throw. Its items decide, too. */
export function judgeResponse(answer: Answer, nowMs: number): HandlerError | null {
  return judgeAnswer(answer, target, nowMs) ?? judgeItems(jsonObject(answer.text())?.["results"]);
}

/** One call carries one item, so that an item's refusal is the record's. */
function judgeItems(results: unknown): HandlerError | null {
  if (!Array.isArray(results)) return null;
  const refused: unknown = results.find((result) => Reflect.get(Object(result), "ok") === false);
  return refused === undefined ? null : rejected(Reflect.get(Object(refused), "error"), target);
}
