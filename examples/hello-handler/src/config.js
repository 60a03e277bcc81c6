// @ts-check
import { readFileSync } from "node:fs";

/**
 * The settings' schema. The host reads the file itself, so that it can check settings without running this code.
 *
 * @type {import("@gluttony/sdk").ConfigSchema}
 */
export const configSchema = JSON.parse(
  readFileSync(new URL("../config.schema.json", import.meta.url), "utf8"),
);
