import { defineHandler, HandlerError } from "@gluttony/sdk";

const deeds = {
  exit: () => process.exit(0),
  throw: () => {
    throw new Error("one of them is bad");
  },
  never: () => new Promise(() => undefined),
};

/** Handles many at once and tells, as the rule of its filter, how many they were; a row may ask for a misfortune. */
export const onChange = defineHandler({
  name: "onChange",
  async handleBatch(changes, { each, fetch }) {
    const wants = changes.map(({ after }) => after.do);
    for (const want of wants) await deeds[want]?.();
    if (wants.includes("call")) await fetch("http://target.test/many", { method: "POST", body: "[]" });
    if (wants.includes("too-few")) return [undefined];
    return changes.map(({ after }, at) => {
      if (after.do === "refuse") return new HandlerError("record", "Refused.", { code: "zoo.refused" });
      return after.do === "done"
        ? undefined
        : { filtered: `size-${changes.length}-attempt-${each[at].attempt}` };
    });
  },
});
