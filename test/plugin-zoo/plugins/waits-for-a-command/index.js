import { defineHandler } from "@gluttony/sdk";

import { execSync } from "node:child_process";

/** Starts a command and blocks until it ends. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    execSync("sleep 60");
    return undefined;
  },
});
