import { defineHandler } from "@gluttony/sdk";

await new Promise(() => undefined);

/** Nobody ever sees it. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
