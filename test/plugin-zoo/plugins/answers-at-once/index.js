import { defineHandler } from "@gluttony/sdk";

/** Has nothing to do, and is faster than anybody can ask it. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
