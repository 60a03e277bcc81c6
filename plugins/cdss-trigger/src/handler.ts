import { defineHandler, HandlerError } from "@gluttony/sdk";
import type { Handler, HandlerContext, Outcome, Row } from "@gluttony/sdk";
import { configSchema } from "./config.ts";
import type { CdssConfig } from "./config.ts";
import { mapVisit } from "./map-visit.ts";
import type { SceneTrigger } from "./map-visit.ts";
import { judgeResponse } from "./response.ts";
import { triggerOf } from "./trigger.ts";

/** Asks the decision support for advice when an inpatient is admitted or discharged. */
export const onVisit: Handler<Row, CdssConfig> = defineHandler<Row, CdssConfig>({
  name: "onVisit",
  config: configSchema,
  async handle(change, context) {
    const decision = triggerOf(change, context.config);
    if ("filtered" in decision) return decision;
    const event = { eventId: context.idempotencyKey, triggerCode: decision.trigger };
    const body = mapVisit(change, context.config, event);
    if (body !== null) return send(body, context);
    const { patientId, visitId } = context.config.columns;
    throw new HandlerError("record", `Required columns are missing: ${patientId} or ${visitId}.`, {
      code: "cdss.required_missing",
    });
  },
});

async function send(body: SceneTrigger, context: HandlerContext<CdssConfig>): Promise<Outcome> {
  const { baseUrl, path, timeoutMs } = context.config;
  const response = await context.fetch(`${baseUrl.replace(/\/+$/, "")}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", accept: "application/json" },
    body: JSON.stringify(body),
    timeoutMs,
  });
  const failure = judgeResponse(response, Date.now());
  if (failure !== null) throw failure;
  return undefined;
}
