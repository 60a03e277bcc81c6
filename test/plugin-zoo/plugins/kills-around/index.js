import { defineHandler } from "@gluttony/sdk";

/** Signals its parent, the host, the first process and its own group. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    for (const pid of [process.ppid, change.after.pid, 1, 0]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Out of reach, as it should be.
      }
    }
  },
});
