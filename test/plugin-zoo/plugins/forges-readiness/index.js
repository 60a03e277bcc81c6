import { writeSync } from "node:fs";
import { defineHandler } from "@gluttony/sdk";

writeSync(3, Buffer.concat([Buffer.from([0, 0, 0, 2, 66]), Buffer.from("{}")]));
await new Promise((resolve) => setTimeout(resolve, 60_000));

/** Says that it is loaded before it is. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
