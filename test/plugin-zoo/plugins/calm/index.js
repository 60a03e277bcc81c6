import { defineHandler } from "@gluttony/sdk";

/** Does its work in ten milliseconds, as one that waits for a target would. */
export const onChange = defineHandler({
  name: "onChange",
  async handle() {
    await new Promise((resolve) => setTimeout(resolve, 10));
  },
});
