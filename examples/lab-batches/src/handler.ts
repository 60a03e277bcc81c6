import { defineHandler, HandlerError } from "@gluttony/sdk";
import { judgeAnswer } from "@gluttony/sdk/targets";
import { takenIn } from "./answer.ts";
import { config } from "./config.ts";
import { type LabResult, resultOf } from "./result.ts";

/** Sends the results of many patients in one request; each of them ends by what the service said of it alone. */
export const onResults = defineHandler({
  name: "onResults",
  config,
  async handleBatch(changes, context) {
    const results = changes.map(({ after }) => (after === null ? null : resultOf(after)));
    const complete = results.filter((result): result is LabResult => result !== null);
    if (complete.length === 0) return changes.map(({ after }) => unsent(after === null));
    const response = await context.fetch(context.config.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(complete),
      timeoutMs: context.config.timeoutMs,
    });
    const failure = judgeAnswer(response, { name: "The lab service", code: "lab" }, Date.now());
    // All of them are tried again: nothing was taken.
    if (failure !== null) throw failure;
    const taken = takenIn(response.json());
    return results.map((result, at) => {
      if (result === null) return unsent(changes[at]?.after === null);
      return taken.has(result.id) ? undefined : refused;
    });
  },
});

const refused = new HandlerError("record", "The service refused this result.", { code: "lab.refused" });

/** A deleted row is nothing to the service; one that lacks something waits for a person. */
function unsent(isDeleted: boolean): { readonly filtered: string } | HandlerError {
  if (isDeleted) return { filtered: "lab.not_a_row" };
  return new HandlerError("record", "The row lacks its id, test, value or day.", { code: "lab.incomplete" });
}
