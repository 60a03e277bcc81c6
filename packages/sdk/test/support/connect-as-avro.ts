import type { JsonObject, JsonValue } from "../../src/codecs/index.ts";
import { AvroBytes } from "./avro-bytes.ts";

/** A schema of Kafka Connect as the JSON converter writes it. */
export interface ConnectJson {
  readonly type: string;
  readonly name?: string;
  readonly version?: number;
  readonly optional?: boolean;
  readonly field?: string;
  readonly default?: JsonValue;
  readonly fields?: readonly ConnectJson[];
  readonly items?: ConnectJson;
  readonly keys?: ConnectJson;
  readonly values?: ConnectJson;
  readonly parameters?: JsonObject;
}

const kinds: { readonly [type: string]: string } = {
  int8: "int",
  int16: "int",
  int32: "int",
  int64: "long",
  float: "float",
  double: "double",
  boolean: "boolean",
  string: "string",
  bytes: "bytes",
};

/** Writes schemas of Connect as Confluent's Avro converter does, each record once and by its name from then on. */
export class ConnectAsAvro {
  readonly #written = new Set<string>();
  #unnamed = 0;

  schemaOf(schema: ConnectJson): unknown {
    const described = this.#describe(schema);
    if (schema.optional !== true) return described;
    return ["null", described];
  }

  #describe(schema: ConnectJson): unknown {
    if (schema.type === "struct") return this.#record(schema);
    const attributes = attributesOf(schema);
    if (schema.type === "array") return { type: "array", items: this.schemaOf(schema.items!), ...attributes };
    if (schema.type === "map") return this.#map(schema, attributes);
    const kind = kinds[schema.type] ?? schema.type;
    return Object.keys(attributes).length === 0 ? kind : { type: kind, ...attributes };
  }

  #map({ keys, values }: ConnectJson, attributes: object): unknown {
    if (keys?.type === "string") return { type: "map", values: this.schemaOf(values!), ...attributes };
    this.#unnamed += 1;
    const items = {
      type: "record",
      name: `Entry${this.#unnamed}`,
      fields: [
        { name: "key", type: this.schemaOf(keys!) },
        { name: "value", type: this.schemaOf(values!) },
      ],
      "connect.internal.type": "MapEntry",
    };
    return { type: "array", items, ...attributes };
  }

  #record(schema: ConnectJson): unknown {
    this.#unnamed += schema.name === undefined ? 1 : 0;
    const name = schema.name ?? `ConnectDefault${this.#unnamed}`;
    if (this.#written.has(name)) return name;
    this.#written.add(name);
    const at = name.lastIndexOf(".");
    const names = at < 0 ? { name } : { name: name.slice(at + 1), namespace: name.slice(0, at) };
    const fields = (schema.fields ?? []).map((field) => ({
      name: adjustedName(field.field ?? ""),
      type: this.schemaOf(field),
    }));
    return { type: "record", ...names, fields, ...attributesOf(schema) };
  }
}

/** A column's name as `field.name.adjustment.mode=avro` makes it. */
export function adjustedName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "_");
}

function attributesOf(schema: ConnectJson): { readonly [name: string]: unknown } {
  const { name, version, parameters, type } = schema;
  return {
    ...(type === "int8" || type === "int16" ? { "connect.type": type } : {}),
    ...(version === undefined ? {} : { "connect.version": version }),
    ...(parameters === undefined ? {} : { "connect.parameters": parameters }),
    ...(schema.default === undefined ? {} : { "connect.default": avroDefault(schema) }),
    ...(name === undefined ? {} : { "connect.name": name }),
    ...(name?.endsWith(".Decimal") === true ? { logicalType: "decimal" } : {}),
  };
}

/** Bytes stand in a schema as text of one character a byte. */
function avroDefault(schema: ConnectJson): unknown {
  if (schema.type !== "bytes" || typeof schema.default !== "string") return asJson(schema.default ?? null);
  return Buffer.from(schema.default, "base64").toString("latin1");
}

function asJson(value: JsonValue): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

/** Writes a payload of the JSON converter in Avro's binary encoding. */
export function avroPayload(schema: ConnectJson, payload: JsonValue): Uint8Array {
  const out = new AvroBytes();
  write(out, schema, payload);
  return out.bytes();
}

function write(out: AvroBytes, schema: ConnectJson, value: JsonValue): void {
  if (schema.optional === true) {
    out.long(value === null ? 0n : 1n);
    if (value === null) return;
  }
  switch (schema.type) {
    case "struct":
      for (const field of schema.fields ?? [])
        write(out, field, (value as JsonObject)[field.field ?? ""] ?? null);
      return;
    case "array":
      return out.block(value as readonly JsonValue[], (item) => write(out, schema.items!, item));
    case "map":
      return out.block(entriesOf(value), ([key, member]) => {
        write(out, schema.keys!, key);
        write(out, schema.values!, member);
      });
    case "boolean":
      return out.boolean(value === true);
    case "float":
      return out.float(Number(value));
    case "double":
      return out.double(Number(value));
    case "string":
      return out.text(value as string);
    case "bytes":
      return out.data(Buffer.from(value as string, "base64"));
    default:
      return out.long(BigInt(value as number | bigint));
  }
}

function entriesOf(value: JsonValue): readonly (readonly [JsonValue, JsonValue])[] {
  return Array.isArray(value)
    ? (value as (readonly [JsonValue, JsonValue])[])
    : Object.entries(value as JsonObject);
}
