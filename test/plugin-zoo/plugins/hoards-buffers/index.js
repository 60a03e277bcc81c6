import { defineHandler } from "@gluttony/sdk";

const kept = [];

/** Takes gigabytes that no limit of the heap sees. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    if (change.after.do !== "act") return undefined;
    for (;;) {
      kept.push(Buffer.alloc(32 * 1024 * 1024, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
});
