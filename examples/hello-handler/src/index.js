// @ts-check
import { defineHandler } from "@gluttony/sdk";
import { configSchema } from "./config.js";

/** Changes seen since this cell started. A new release or a restart begins again at 0. */
let seen = 0;

/**
 * Counts changes and says so in the host's log. It logs the operation and the table, never a value of the row:
 * rows may hold what nobody may read in a log.
 *
 * @type {import("@gluttony/sdk").Handler<import("@gluttony/sdk").Row, { readonly greeting: string }>}
 */
export const onChange = defineHandler({
  name: "onChange",
  config: configSchema,
  handle(change, context) {
    seen += 1;
    context.log.info("saw a change", {
      greeting: context.config.greeting,
      operation: change.operation,
      table: change.source.table,
      seen,
    });
    return undefined;
  },
});
