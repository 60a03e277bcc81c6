import { defineHandler } from "@gluttony/sdk";

const kept = [];

/** Fills the heap with one array, which ends a whole process even from inside a thread. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    for (;;) kept.push(kept.length);
  },
});
