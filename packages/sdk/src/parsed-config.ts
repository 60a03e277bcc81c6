import type { ConfigSchema, StandardIssue, StandardResult, StandardSchema } from "./config-schema.ts";
import { HandlerError } from "./failure.ts";

/** Whether a schema is one of a library, and no plain JSON Schema. Schemas of ArkType are functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  const isSome = (typeof schema === "object" && schema !== null) || typeof schema === "function";
  return isSome && typeof Reflect.get(schema, "~standard") === "object";
}

/**
 * The JSON Schema of what a person writes. Throws TypeError when the library cannot give one, which is so for what JSON
 * cannot hold: dates, big integers, maps.
 */
export function jsonSchemaOf(schema: StandardSchema): ConfigSchema {
  const { jsonSchema } = schema["~standard"];
  if (typeof jsonSchema?.input !== "function") {
    throw new TypeError("The schema offers no JSON Schema: it needs `~standard.jsonSchema.input`.");
  }
  try {
    return jsonSchema.input({ target: "draft-2020-12" });
  } catch (cause) {
    const message = "The schema of settings has no JSON Schema: it may hold only what JSON can hold.";
    throw new TypeError(message, { cause });
  }
}

/**
 * Asks a library's schema about settings once, and remembers the answer for as long as the same object is given.
 * The host gives one object per consumer and revision.
 */
export class ParsedConfigs {
  readonly #schema: StandardSchema;
  readonly #known = new WeakMap<object, StandardResult<unknown>>();

  constructor(schema: StandardSchema) {
    this.#schema = schema;
  }

  /** The settings as the schema makes them. Throws `HandlerError` of kind `config` that names paths and no values. */
  of(config: unknown): unknown {
    const known = isObject(config) ? this.#known.get(config) : undefined;
    if (known !== undefined) return settingsOf(known);
    const answer = this.#schema["~standard"].validate(config);
    if (!(answer instanceof Promise)) return settingsOf(this.#note(config, answer));
    return answer.then((result) => settingsOf(this.#note(config, result)));
  }

  #note(config: unknown, result: StandardResult<unknown>): StandardResult<unknown> {
    if (isObject(config)) this.#known.set(config, result);
    return result;
  }
}

function settingsOf(result: StandardResult<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  const paths = [...new Set(result.issues.map(pathOf))].join(", ");
  const message = `The plugin's own schema refuses the settings at: ${paths}.`;
  throw new HandlerError("config", message, { code: "handler.config_refused" });
}

function pathOf({ path }: StandardIssue): string {
  const steps = (path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
  return steps.length === 0 ? "the whole" : steps.join(".");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
