import { defineHandler } from "@gluttony/sdk";

/** Good code behind a manifest that is not. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
