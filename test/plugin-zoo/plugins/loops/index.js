import { defineHandler } from "@gluttony/sdk";

/** Never gives the loop back. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    for (;;);
  },
});
