import { defineHandler } from "@gluttony/sdk";

/** Hears that it is called off, and does not end. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change, { signal }) {
    if (change.after.do !== "act") return undefined;
    return new Promise((resolve) => signal.addEventListener("abort", () => void resolve, { once: true }));
  },
});
