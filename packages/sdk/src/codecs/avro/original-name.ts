import { isJsonObject, own } from "../json-value.ts";
import type { JsonObject } from "../json-value.ts";
import type { AvroField } from "./avro-type.ts";
import { optionalOf } from "./avro-shapes.ts";

/**
 * A column's name in its table. A connector adjusts names that Avro does not allow (`field.name.adjustment.mode`), and tells
 * the original in the parameter `__debezium.source.column.name` where source types are propagated. A field that was renamed on
 * purpose keeps its new name: only the adjusted form of the original is undone.
 */
export function originalName(field: string, parameters: JsonObject): string {
  const original = own(parameters, "__debezium.source.column.name");
  return typeof original === "string" && isAdjusted(field, original) ? original : field;
}

/** Whether a field's name is what the adjustment makes of the original. */
export function isAdjusted(field: string, original: string): boolean {
  return field === adjusted(original) || field === adjustedUnicode(original);
}

/** `avro`: an underscore for each character that Avro does not allow. */
function adjusted(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^[0-9]/, "_");
}

/** `avro_unicode`: the character's number, and the underscore's, too, since it begins an escape. */
function adjustedUnicode(name: string): string {
  return name.replaceAll(/^[0-9]|[^A-Za-z0-9]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `_u${code}`;
  });
}

/** The name of a field by its type's parameters. */
export function originalNameOf(field: AvroField): string {
  const { attributes } = optionalOf(field.type) ?? field.type;
  const parameters = own(attributes, "connect.parameters");
  return isJsonObject(parameters) ? originalName(field.name, parameters) : field.name;
}
