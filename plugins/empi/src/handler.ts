import { defineHandler, HandlerError } from "@gluttony/sdk";
import type { Change, Handler, HandlerContext, Outcome, Row } from "@gluttony/sdk";
import { configSchema } from "./config.ts";
import type { EmpiConfig } from "./config.ts";
import { mapPatient } from "./map-patient.ts";
import type { ClientAdd } from "./map-patient.ts";
import { judgeResponse } from "./response.ts";

/** Registers each patient row, new or changed, with the patient index. */
export const onPatient: Handler<Row, EmpiConfig> = defineHandler<Row, EmpiConfig>({
  name: "onPatient",
  config: configSchema,
  async handle(change, context) {
    return change.after === null ? removed(change, context) : register(change, context);
  },
});

function register(change: Change, context: HandlerContext<EmpiConfig>): Promise<Outcome> {
  const body = mapPatient(change, context.config, context.idempotencyKey);
  if (!("missing" in body)) return send(body, context);
  throw new HandlerError("record", `Required columns are missing: ${body.missing.join(", ")}.`, {
    code: "empi.required_missing",
  });
}

async function send(body: ClientAdd, context: HandlerContext<EmpiConfig>): Promise<Outcome> {
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

/** A row deleted in the source is usually a merge or a mistake, and an index's delete is hard to undo. */
function removed(change: Change, context: HandlerContext<EmpiConfig>): Outcome {
  if (context.config.events.delete === "ignore") return { filtered: "empi.delete_ignored" };
  const message = `A ${change.operation} of patients waits for a person to decide.`;
  throw new HandlerError("record", message, { code: "empi.delete_parked" });
}
