import { defineHandler } from "@gluttony/sdk";

/** Longer than a member of a group may be silent. */
const longMs = 20_000;

/** Answers late, and never looks at its signal. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    if (change.after.do === "act") await new Promise((resolve) => setTimeout(resolve, longMs));
  },
});
