import { SchemaUnreadable } from "../framed/writer-schema.ts";
import type { ReferencedSchema } from "../framed/writer-schema.ts";
import { isJsonArray, isJsonObject, own } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import { parseJson } from "../lossless-json.ts";
import type { AvroField, AvroPrimitive, AvroRecord, AvroType } from "./avro-type.ts";

/** Types in one schema; Debezium's largest tables need some thousands. */
export const AVRO_TYPES_MAX = 100_000;

const primitives: ReadonlyMap<string, AvroPrimitive> = new Map(
  (["null", "boolean", "int", "long", "float", "double", "bytes", "string"] as const).map((kind) => [
    kind,
    { kind, attributes: {} },
  ]),
);

/** Reads a schema with those that it refers to. Throws `SchemaUnreadable`. */
export function parseAvroSchema(text: string, references: readonly ReferencedSchema[] = []): AvroType {
  const parser = new SchemaParser();
  for (const reference of references) parser.parse(jsonOf(reference.text), "");
  return parser.parse(jsonOf(text), "");
}

/** A registry also keeps the name of a primitive without quotation marks. */
function jsonOf(text: string): JsonValue {
  if (primitives.has(text.trim())) return text.trim();
  const parsed = parseJson(text);
  if ("value" in parsed) return parsed.value;
  throw new SchemaUnreadable("The Avro schema is no JSON.");
}

class SchemaParser {
  readonly #named = new Map<string, AvroType>();
  #count = 0;

  parse(json: JsonValue, namespace: string): AvroType {
    this.#count += 1;
    if (this.#count > AVRO_TYPES_MAX) throw new SchemaUnreadable("The Avro schema has too many types.");
    if (typeof json === "string") return this.#byName(json, namespace);
    if (isJsonArray(json)) return this.#union(json, namespace);
    if (isJsonObject(json)) return this.#described(json, namespace);
    throw new SchemaUnreadable("A type of the Avro schema is neither text, nor list, nor object.");
  }

  #byName(name: string, namespace: string): AvroType {
    const found = primitives.get(name) ?? this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (found === undefined)
      throw new SchemaUnreadable(`The Avro schema names the type ${name}, which is not there.`);
    return found;
  }

  #union(json: readonly JsonValue[], namespace: string): AvroType {
    const branches = json.map((branch) => this.parse(branch, namespace));
    if (branches.length === 0) throw new SchemaUnreadable("A union of the Avro schema is empty.");
    if (branches.some(({ kind }) => kind === "union"))
      throw new SchemaUnreadable("A union of the Avro schema holds a union.");
    return { kind: "union", branches, attributes: {} };
  }

  #described(json: JsonObject, namespace: string): AvroType {
    const type = own(json, "type");
    // A type may stand in an object of its own to carry attributes: {"type": {"type": "int"}}.
    if (typeof type !== "string") return this.parse(type ?? null, namespace);
    switch (type) {
      case "record":
      case "error":
        return this.#record(json, namespace);
      case "enum":
        return this.#register({ kind: "enum", symbols: textsOf(json), ...this.#nameOf(json, namespace) });
      case "fixed":
        return this.#register({ kind: "fixed", size: sizeOf(json), ...this.#nameOf(json, namespace) });
      case "array":
        return { kind: "array", items: this.parse(own(json, "items") ?? "", namespace), attributes: json };
      case "map":
        return { kind: "map", values: this.parse(own(json, "values") ?? "", namespace), attributes: json };
      default: {
        const primitive = primitives.get(type);
        return primitive === undefined ? this.#byName(type, namespace) : { ...primitive, attributes: json };
      }
    }
  }

  #record(json: JsonObject, outer: string): AvroType {
    const record: AvroRecord = { kind: "record", fields: [], ...this.#nameOf(json, outer) };
    this.#register(record);
    const fields = own(json, "fields");
    if (!isJsonArray(fields))
      throw new SchemaUnreadable(`The Avro record ${record.name} has no list of fields.`);
    const namespace = record.name.slice(0, Math.max(0, record.name.lastIndexOf(".")));
    const seen = new Set<string>();
    for (const field of fields) {
      const parsed = this.#field(field, namespace);
      if (seen.has(parsed.name))
        throw new SchemaUnreadable(`The Avro record ${record.name} repeats a field.`);
      seen.add(parsed.name);
      record.fields.push(parsed);
    }
    return record;
  }

  #field(json: JsonValue, namespace: string): AvroField {
    const name = isJsonObject(json) ? own(json, "name") : undefined;
    const type = isJsonObject(json) ? own(json, "type") : undefined;
    if (!isJsonObject(json) || typeof name !== "string" || type === undefined)
      throw new SchemaUnreadable("A field of the Avro schema has no name or no type.");
    return { name, type: this.parse(type, namespace), fallback: own(json, "default"), attributes: json };
  }

  #nameOf(json: JsonObject, outer: string): { readonly name: string; readonly attributes: JsonObject } {
    const name = own(json, "name");
    const namespace = own(json, "namespace");
    if (typeof name !== "string" || name === "")
      throw new SchemaUnreadable("A type of the Avro schema has no name.");
    return { name: fullName(name, typeof namespace === "string" ? namespace : outer), attributes: json };
  }

  #register<T extends AvroType & { readonly name: string }>(type: T): T {
    if (this.#named.has(type.name)) throw new SchemaUnreadable(`The Avro schema defines ${type.name} twice.`);
    this.#named.set(type.name, type);
    return type;
  }
}

function fullName(name: string, namespace: string): string {
  return name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
}

function textsOf(json: JsonObject): readonly string[] {
  const symbols = own(json, "symbols");
  if (isJsonArray(symbols) && symbols.every((symbol) => typeof symbol === "string")) return symbols;
  throw new SchemaUnreadable("An enum of the Avro schema has no list of symbols.");
}

function sizeOf(json: JsonObject): number {
  const size = own(json, "size");
  if (typeof size === "number" && Number.isInteger(size) && size >= 0) return size;
  throw new SchemaUnreadable("A fixed type of the Avro schema has no size.");
}
