import { defineHandler } from "@gluttony/sdk";

const kept = [];

/** Fills the heap with small objects. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    if (change.after.do !== "act") return undefined;
    for (;;) {
      kept.push(Array.from({ length: 100_000 }, (_, at) => ({ at })));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
});
