export { configSchema } from "./config.ts";
export type { CdssConfig, VisitColumns } from "./config.ts";
export { onVisit } from "./handler.ts";
