import { defineHandler } from "@gluttony/sdk";

/** Runs a pattern that would take longer than the universe has. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    return /^(a+)+$/.test(`${"a".repeat(60)}!`) ? undefined : { filtered: "no-match" };
  },
});
