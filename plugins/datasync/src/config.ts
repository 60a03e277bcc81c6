import type { ConfigSchema } from "@gluttony/sdk";

/** Which column of the dictionary's table holds what. */
export interface DictionaryColumns {
  readonly code: string;
  readonly name: string;
  readonly stdCode: string;
  readonly stopFlag: string;
}

/** The settings of the handler, with the schema's defaults filled in by the host. */
export interface DatasyncConfig {
  readonly baseUrl: string;
  readonly path: string;
  /** The dictionary's name at the service, such as `dept` or `staff`. */
  readonly dict: string;
  readonly timeoutMs: number;
  readonly columns: DictionaryColumns;
  /** Values of the stop flag that disable an item. */
  readonly stopValues: readonly string[];
}

const column = (name: string): ConfigSchema => ({ type: "string", minLength: 1, default: name });

/** Emitted as `config.schema.json`; a test holds the two equal. */
export const configSchema: ConfigSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Base data",
  type: "object",
  additionalProperties: false,
  properties: {
    baseUrl: {
      type: "string",
      minLength: 1,
      default: "${env:DATASYNC_HOST}",
      title: "Base URL of the service",
    },
    path: { type: "string", pattern: "^/", default: "/api/base-data", title: "Path of the call" },
    dict: { type: "string", minLength: 1, default: "dept", title: "Name of the dictionary" },
    timeoutMs: {
      type: "integer",
      minimum: 100,
      maximum: 120_000,
      default: 10_000,
      title: "Milliseconds a call may take",
    },
    columns: {
      type: "object",
      additionalProperties: false,
      default: {},
      title: "Columns of the dictionary",
      properties: {
        code: column("dept_code"),
        name: column("dept_name"),
        stdCode: column("std_code"),
        stopFlag: column("stop_flag"),
      },
    },
    stopValues: {
      type: "array",
      items: { type: "string" },
      default: ["1", "Y", "true"],
      title: "Values of the stop flag that disable an item",
    },
  },
};
