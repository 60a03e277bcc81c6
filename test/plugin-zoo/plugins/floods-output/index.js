import { defineHandler } from "@gluttony/sdk";

/** Prints without end. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do === "act") {
      for (let line = 0; line < 200_000; line += 1) console.log(`a line that nobody reads ${line}`);
    }
    return undefined;
  },
});
