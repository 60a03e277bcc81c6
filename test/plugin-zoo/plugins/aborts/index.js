import { defineHandler } from "@gluttony/sdk";

/** Ends its process as a fault of native code would. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    process.abort();
  },
});
