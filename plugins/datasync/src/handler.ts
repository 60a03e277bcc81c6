import { defineHandler, HandlerError } from "@gluttony/sdk";
import type { Handler, HandlerContext, Outcome, Row } from "@gluttony/sdk";
import { configSchema } from "./config.ts";
import type { DatasyncConfig } from "./config.ts";
import { mapItem } from "./map-item.ts";
import type { BaseData } from "./map-item.ts";
import { judgeResponse } from "./response.ts";

/** Keeps a dictionary of the service, such as its departments, equal to a table. */
export const onDictionary: Handler<Row, DatasyncConfig> = defineHandler<Row, DatasyncConfig>({
  name: "onDictionary",
  config: configSchema,
  async handle(change, context) {
    // An emptied table would disable everything at once; that is for a person to ask for.
    if (change.operation === "truncate") return { filtered: "datasync.truncate_ignored" };
    const body = mapItem(change, context.config, context.idempotencyKey);
    if (body !== null) return send(body, context);
    throw new HandlerError("record", `The required column is missing: ${context.config.columns.code}.`, {
      code: "datasync.required_missing",
    });
  },
});

async function send(body: BaseData, context: HandlerContext<DatasyncConfig>): Promise<Outcome> {
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
