import { defineHandler } from "@gluttony/sdk";

/** Ends its process with the code of success, which is a crash all the same. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    process.exit(0);
  },
});
