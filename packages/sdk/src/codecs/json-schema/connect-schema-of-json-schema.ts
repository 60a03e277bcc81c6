import type { ConnectSchema } from "../connect-schema.ts";
import { plainSchema } from "../framed/compiled-schema.ts";
import { SchemaUnreadable } from "../framed/writer-schema.ts";
import { isJsonArray, isJsonObject, own } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";

/** Fields of one schema, those of a definition that stands in several places counted at each. */
const fieldsMax = 100_000;

/** Types of Connect by those of JSON Schema, where no `connect.type` says it better. */
const connectTypes: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ["integer", "int64"],
  ["number", "double"],
  ["boolean", "boolean"],
  ["string", "string"],
  ["array", "array"],
  ["object", "struct"],
]);
const floats: ReadonlyMap<string, string> = new Map([
  ["float32", "float"],
  ["float64", "double"],
]);

/**
 * Kafka Connect's schema of a JSON Schema, as Confluent's JSON Schema converter wrote it: `title` is the name, what JSON
 * cannot say stands in `connect.type` and `connect.parameters`, and `oneOf` with null makes a field optional. What is not
 * understood is passed on as JSON says it. Throws `SchemaUnreadable`.
 */
export function connectSchemaOfJsonSchema(document: JsonObject): ConnectSchema {
  return schemaOf(document, { document, open: new Set(), budget: { left: fieldsMax } });
}

/** What has been gone through on the way to a schema, and in all. */
interface Walk {
  readonly document: JsonObject;
  /** Definitions that the schema is in. */
  readonly open: Set<JsonObject>;
  readonly budget: { left: number };
}

function schemaOf(json: JsonValue | undefined, walk: Walk): ConnectSchema {
  walk.budget.left -= 1;
  if (walk.budget.left < 0) throw new SchemaUnreadable("The JSON Schema has too many fields.");
  if (!isJsonObject(json)) return plainSchema("");
  const reference = own(json, "$ref");
  if (typeof reference === "string") return referredTo(reference, walk);
  const optional = optionalOf(json);
  if (optional !== null) return { ...schemaOf(optional, walk), isOptional: true };
  const described = describedBy(json);
  switch (described.type) {
    case "struct":
      return { ...described, fields: fieldsOf(json, walk) };
    case "array":
      return { ...described, items: schemaOf(own(json, "items"), walk) };
    case "map":
      return own(json, "type") === "object"
        ? {
            ...described,
            keys: plainSchema("string"),
            values: schemaOf(own(json, "additionalProperties"), walk),
          }
        : plainSchema("");
    default:
      return described;
  }
}

function describedBy(json: JsonObject): ConnectSchema {
  const written = own(json, "connect.type");
  const connectType = typeof written === "string" ? (floats.get(written) ?? written) : undefined;
  const title = own(json, "title");
  const parameters = own(json, "connect.parameters");
  return {
    ...plainSchema(connectType ?? connectTypes.get(own(json, "type")) ?? ""),
    name: typeof title === "string" ? title : "",
    fallback: own(json, "default") ?? undefined,
    parameters: isJsonObject(parameters) ? parameters : {},
  };
}

/** The schema beside null; null where there is none. */
function optionalOf(json: JsonObject): JsonValue | null {
  const choices = own(json, "oneOf") ?? own(json, "anyOf");
  if (!isJsonArray(choices) || choices.length !== 2) return null;
  const others = choices.filter((choice) => !isJsonObject(choice) || own(choice, "type") !== "null");
  const [other] = others;
  return others.length === 1 && other !== undefined ? other : null;
}

function fieldsOf(json: JsonObject, walk: Walk): readonly ConnectSchema[] {
  const properties = own(json, "properties");
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).map(([field, property]) => ({ ...schemaOf(property, walk), field }));
}

/** A definition of the same document: `#/definitions/Name`. Others are not looked for. */
function referredTo(reference: string, walk: Walk): ConnectSchema {
  let found: JsonValue | undefined = reference.startsWith("#") ? walk.document : undefined;
  for (const step of reference.split("/").slice(1)) {
    found = isJsonObject(found) ? own(found, step.replaceAll("~1", "/").replaceAll("~0", "~")) : undefined;
  }
  if (!isJsonObject(found) || walk.open.has(found)) return plainSchema("");
  walk.open.add(found);
  const schema = schemaOf(found, walk);
  walk.open.delete(found);
  return schema;
}
