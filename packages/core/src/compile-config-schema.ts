import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import type { ConfigSchema } from "@gluttony/sdk";

/** Marks a setting that names a secret. */
export const secretKeyword = "x-gluttony-secret";

/**
 * Compiles a plugin's schema of settings. Throws when the schema is not one that can be relied on: unknown
 * keywords, references that lead outside, broken patterns. Values are never coerced, since a person who writes
 * "5" for 5 should hear of it. What the schema marks as a secret is one of the names given, and never the secret itself.
 */
export function compileConfigSchema(schema: ConfigSchema, secrets: readonly string[] = []): ValidateFunction {
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
  ajv.addKeyword({
    keyword: secretKeyword,
    schemaType: "boolean",
    validate: (isSecret: boolean, value: unknown) =>
      !isSecret || (typeof value === "string" && secrets.includes(value)),
  });
  return ajv.compile({ ...schema });
}
