import { isJsonArray, isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";

/** Kafka Connect's description of one value, as the JSON converter writes it. */
export interface ConnectSchema {
  readonly type: string;
  /** The semantic name, such as `io.debezium.time.Date`; empty when there is none. */
  readonly name: string;
  readonly isOptional: boolean;
  /** The field's name in its struct; empty outside of one. */
  readonly field: string;
  readonly fallback: JsonValue | undefined;
  readonly fields: readonly ConnectSchema[];
  readonly items: ConnectSchema | null;
  readonly keys: ConnectSchema | null;
  readonly values: ConnectSchema | null;
  readonly parameters: JsonObject;
}

/** Reads a schema leniently: what is missing or odd becomes empty, and such a value is passed on as it is. */
export function readSchema(json: JsonValue | undefined): ConnectSchema | null {
  if (!isJsonObject(json)) return null;
  const parameters = own(json, "parameters");
  return {
    type: textOf(own(json, "type")),
    name: textOf(own(json, "name")),
    isOptional: own(json, "optional") !== false,
    field: textOf(own(json, "field")),
    fallback: own(json, "default"),
    fields: readFields(own(json, "fields")),
    items: readSchema(own(json, "items")),
    keys: readSchema(own(json, "keys")),
    values: readSchema(own(json, "values")),
    parameters: isJsonObject(parameters) ? parameters : {},
  };
}

/** The schema of one field of a struct. */
export function fieldSchema(schema: ConnectSchema | null, name: string): ConnectSchema | null {
  return schema?.fields.find(({ field }) => field === name) ?? null;
}

function readFields(json: JsonValue | undefined): readonly ConnectSchema[] {
  if (!isJsonArray(json)) return [];
  return json.map(readSchema).filter((schema) => schema !== null);
}

function textOf(json: JsonValue | undefined): string {
  return typeof json === "string" ? json : "";
}
