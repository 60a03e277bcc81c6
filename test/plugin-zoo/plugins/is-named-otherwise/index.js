import { defineHandler } from "@gluttony/sdk";

/** Has another name than the manifest gives it. */
export const onChange = defineHandler({ name: "onVisit", handle: () => undefined });
