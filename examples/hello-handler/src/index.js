// @ts-check
import { defineHandler } from "@gluttony/sdk";

/** Changes seen since this cell started. A new release or a restart begins again at 0. */
let seen = 0;

/**
 * Counts changes and says so in the host's log. It logs the operation and the table, never a value of the row:
 * rows may hold what nobody may read in a log.
 */
export const onChange = defineHandler({
  name: "onChange",
  // The same as config.schema.json, which the host reads without running this code; `npm run check` holds them equal.
  config: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Hello",
    type: "object",
    additionalProperties: false,
    properties: {
      greeting: { type: "string", minLength: 1, default: "Hello", title: "How to greet" },
    },
  },
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
