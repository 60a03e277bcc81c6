export { configSchema } from "./config.ts";
export type { EmpiConfig, PatientColumns } from "./config.ts";
export { onPatient } from "./handler.ts";
