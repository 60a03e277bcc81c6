import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import type { ConfigSchema } from "@gluttony/sdk";

/**
 * Compiles a plugin's schema of settings. Throws when the schema is not one that can be relied on: unknown
 * keywords, references that lead outside, broken patterns. Values are never coerced, since a person who writes
 * "5" for 5 should hear of it.
 */
export function compileConfigSchema(schema: ConfigSchema): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    coerceTypes: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    // Formats are words for the form that shows the settings; what must hold is said by a pattern.
    validateFormats: false,
    ownProperties: true,
    logger: false,
  });
  ajv.addKeyword("x-gluttony-secret");
  return ajv.compile({ ...schema });
}
