import { Buffer } from "node:buffer";
import { defineHandler } from "@gluttony/sdk";

const times = 1_000_000;

/** Does a million times what Node advises against. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    let bytes = 0;
    for (let time = 0; time < times; time += 1) bytes += new Buffer(1).length;
    return { filtered: `bytes-${bytes}` };
  },
});
