import { defineHandler, HandlerError } from "@gluttony/sdk";
import { judgeAnswer } from "@gluttony/sdk/targets";
import { config } from "./config.ts";
import { visitOf } from "./visit.ts";

/** Sends a new or changed visit; a deleted one is nothing to the service. */
export const onVisit = defineHandler({
  name: "onVisit",
  config,
  async handle(change, context) {
    if (change.after === null) return { filtered: "visits.not_a_row" };
    const visit = visitOf(change.after);
    if (visit === null) {
      throw new HandlerError("record", "The row has no id or no day.", { code: "visits.incomplete" });
    }
    const response = await context.fetch(context.config.url, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(visit),
      timeoutMs: context.config.timeoutMs,
    });
    const failure = judgeAnswer(response, { name: "The visit service", code: "visits" }, Date.now());
    if (failure !== null) throw failure;
    return undefined;
  },
});
