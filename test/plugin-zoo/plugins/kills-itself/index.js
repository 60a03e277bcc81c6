import { defineHandler } from "@gluttony/sdk";

/** Sends its own process the signal that nobody can catch. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    process.kill(process.pid, "SIGKILL");
  },
});
