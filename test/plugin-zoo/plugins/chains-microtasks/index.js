import { defineHandler } from "@gluttony/sdk";

/** Starves its own loop without ever blocking it for long. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    const again = () => Promise.resolve().then(again);
    return again();
  },
});
