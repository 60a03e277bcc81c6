// What a business developer would write, and the header by which the target's journal knows the record.
import { defineHandler, HandlerError } from "@gluttony/sdk";

const noteMaxUs = 2_147_483_647;

/** Posts the row. The last number of the header is the time from the producer to this handler's first line. */
export const post = defineHandler({
  name: "post",
  async handle({ after, coordinates }, context) {
    const noteUs = Math.min(noteMaxUs, Number(process.hrtime.bigint() / 1_000n) - after.sent_us);
    const { partition, offset } = coordinates;
    const answer = await context.fetch(`${context.config.url}/patient`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-record": `${Number(after.patient_id)} ${partition} ${offset} ${Number(after.row_version)} ${noteUs}`,
      },
      body: JSON.stringify(after),
    });
    if (answer.status !== 200) {
      throw new HandlerError("transient", `The target answered ${answer.status}.`, {
        code: "bench.unavailable",
      });
    }
  },
});

/** Does nothing with a decoded row: what the way to a handler costs by itself. */
export const none = defineHandler({
  name: "none",
  handle({ after }) {
    if (after === null) return { filtered: "no-row" };
  },
});
