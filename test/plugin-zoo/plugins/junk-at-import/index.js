import { writeSync } from "node:fs";
import { defineHandler } from "@gluttony/sdk";

writeSync(3, Buffer.from("GET / HTTP/1.1\r\n\r\n"));
await new Promise((resolve) => setTimeout(resolve, 1_000));

/** Writes what is no frame before it is loaded. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
