import type { ErrorObject } from "ajv/dist/2020.js";
import { GluttonyError, nearestName } from "@gluttony/model";
import type { Fault, JsonObject, JsonValue } from "@gluttony/model";
import type { ConfigSchema } from "@gluttony/sdk";
import { compileConfigSchema, secretKeyword } from "./compile-config-schema.ts";
import { expandReferences, pathOf } from "./expand-references.ts";
import type { ReferenceValues } from "./expand-references.ts";

/** What settings may refer to. */
export interface ConfigReferences {
  /** By the names of `${env:NAME}`. */
  readonly env: ReferenceValues;
  /** Names of the secrets that the plugin asks for. */
  readonly secrets: readonly string[];
}

/** Where a person wrote the settings: faults stand beside those of the other columns, so their paths are whole. */
const settingsPath = "configuration.handler";

/**
 * Checks a handler's settings by its schema and gives them with defaults filled in and references replaced.
 * Throws `handler.config_invalid` with every fault; a value is never repeated, it may be a secret.
 */
export function checkConfig(
  config: JsonObject,
  schema: ConfigSchema,
  { env, secrets }: ConfigReferences,
): JsonObject {
  const validate = compileConfigSchema(schema, secrets);
  const written = expandReferences(config, env);
  const filled = filledIn(written.value);
  validate(filled);
  // Defaults may be references, too; what they lead to is checked like anything a person wrote.
  const expanded = expandReferences(filled, env);
  const settings = filledIn(expanded.value);
  const isValid = validate(settings);
  const schemaFaults = isValid ? [] : (validate.errors ?? []).map((error) => faultOf(error, schema, secrets));
  const faults = [
    ...new Map([...expanded.faults, ...schemaFaults].map((fault) => [keyOf(fault), fault])).values(),
  ].map((fault) => ({ ...fault, path: wholePath(fault.path) }));
  if (faults.length > 0) {
    throw new GluttonyError("handler.config_invalid", { faults: faults.map(({ path }) => path) }, { faults });
  }
  return settings;
}

function filledIn(value: JsonValue): { [name: string]: JsonValue } {
  return structuredClone(value) as { [name: string]: JsonValue };
}

function wholePath(path: string): string {
  return path === "" ? settingsPath : pathOf(settingsPath, path);
}

function keyOf({ path, message }: Fault): string {
  return `${path}\n${message}`;
}

function faultOf(error: ErrorObject, schema: ConfigSchema, secrets: readonly string[]): Fault {
  const path = error.instancePath.split("/").slice(1).map(unescaped).join(".");
  if (error.keyword === secretKeyword) return plainSecret(path, secrets);
  const { additionalProperty, missingProperty, allowedValues }: ErrorObject["params"] = error.params;
  if (typeof additionalProperty === "string") {
    return unknownKey(pathOf(path, additionalProperty), additionalProperty, knownKeys(error, schema));
  }
  if (typeof missingProperty === "string") {
    return { path: pathOf(path, missingProperty), message: "This key is missing." };
  }
  const allowed = Array.isArray(allowedValues) ? { suggestion: `Allowed: ${allowedValues.join(", ")}.` } : {};
  return { path, message: `It ${error.message ?? "is not valid"}.`, ...allowed };
}

/** A secret that stands in settings would be in the row, its history and every listing. */
function plainSecret(path: string, secrets: readonly string[]): Fault {
  const message = "It must be the name of a secret that the plugin asks for, never the secret itself.";
  return { path, message, suggestion: `One of: ${secrets.join(", ")}.` };
}

function unknownKey(path: string, key: string, known: readonly string[]): Fault {
  const near = nearestName(key, known);
  const suggestion = near === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${near}?`;
  return { path, message: "This key is not known.", ...(known.length === 0 ? {} : { suggestion }) };
}

/** The keys beside the violated `additionalProperties`, found by its path in the schema. */
function knownKeys(error: ErrorObject, schema: ConfigSchema): readonly string[] {
  let at: unknown = schema;
  for (const step of error.schemaPath.split("/").slice(1, -1).map(unescaped)) {
    if (typeof at !== "object" || at === null) return [];
    at = Reflect.get(at, step);
  }
  const properties: unknown =
    typeof at === "object" && at !== null ? Reflect.get(at, "properties") : undefined;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}
