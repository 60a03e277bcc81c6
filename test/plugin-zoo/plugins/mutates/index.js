import { defineHandler } from "@gluttony/sdk";

const deeds = {
  change: (change) => {
    change.after.id = -1n;
    change.key = null;
    delete change.source;
  },
  context: (_change, context) => {
    context.consumer = "another";
    context.idempotencyKey = "forged";
    context.attempt = 99;
  },
};

/** Changes what it was given; the row says what. Tells what it sees. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change, context) {
    if (change.after.do === "tell") {
      return { filtered: `id-${Number(change.after.id)}.${context.consumer}.${context.attempt}` };
    }
    try {
      deeds[change.after.do]?.(change, context);
    } catch {
      // It is frozen, which is just as good.
    }
    throw new Error("once more, please");
  },
});
