export { configSchema } from "./config.ts";
export type { DatasyncConfig, DictionaryColumns } from "./config.ts";
export { onDictionary } from "./handler.ts";
