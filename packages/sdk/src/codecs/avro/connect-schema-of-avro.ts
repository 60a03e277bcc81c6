import type { ConnectSchema } from "../connect-schema.ts";
import { plainSchema } from "../framed/compiled-schema.ts";
import { SchemaUnreadable } from "../framed/writer-schema.ts";
import { isJsonObject, own, setOwn } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import type { AvroField, AvroRecord, AvroType } from "./avro-type.ts";
import { rawDefault } from "./avro-default.ts";
import { branchNames, entryTypes, optionalOf } from "./avro-shapes.ts";
import { originalName } from "./original-name.ts";

/** Types of Connect by those of Avro, where no attribute says it better. */
const connectTypes: { readonly [kind in AvroType["kind"]]: string } = {
  null: "",
  boolean: "boolean",
  int: "int32",
  long: "int64",
  float: "float",
  double: "double",
  bytes: "bytes",
  string: "string",
  fixed: "bytes",
  enum: "string",
  array: "array",
  map: "map",
  union: "struct",
  record: "struct",
};

/** Fields of one schema, those of a record that stands in several places counted at each. */
export const CONNECT_FIELDS_MAX = 100_000;

/** Avro's logical types by Connect's and Debezium's names, for producers that are no Connect worker. */
const logicalNames: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ["decimal", "org.apache.kafka.connect.data.Decimal"],
  ["date", "io.debezium.time.Date"],
  ["time-millis", "io.debezium.time.Time"],
  ["time-micros", "io.debezium.time.MicroTime"],
  ["timestamp-millis", "io.debezium.time.Timestamp"],
  ["timestamp-micros", "io.debezium.time.MicroTimestamp"],
  ["timestamp-nanos", "io.debezium.time.NanoTimestamp"],
  ["local-timestamp-millis", "io.debezium.time.Timestamp"],
  ["local-timestamp-micros", "io.debezium.time.MicroTimestamp"],
  ["local-timestamp-nanos", "io.debezium.time.NanoTimestamp"],
]);

/**
 * Kafka Connect's schema of an Avro type, as its Avro converters wrote it: names, parameters and defaults stand in
 * attributes `connect.…`. A record inside of itself is passed on as it is read.
 */
export function connectSchemaOf(type: AvroType): ConnectSchema {
  return schemaOf(type, { open: new Set(), budget: { left: CONNECT_FIELDS_MAX } });
}

/** What has been gone through on the way to a type, and in all. */
interface Walk {
  /** Records that the type is in. */
  readonly open: Set<AvroRecord>;
  readonly budget: { left: number };
}

function schemaOf(type: AvroType, walk: Walk): ConnectSchema {
  walk.budget.left -= 1;
  if (walk.budget.left < 0) throw new SchemaUnreadable("The Avro schema has too many fields.");
  const optional = optionalOf(type);
  if (optional !== null) return { ...schemaOf(optional, walk), isOptional: true };
  const described = describedBy(type);
  switch (type.kind) {
    case "array": {
      const entry = entryTypes(type);
      if (entry === null) return { ...described, items: schemaOf(type.items, walk) };
      const [keys, values] = [schemaOf(entry.key, walk), schemaOf(entry.value, walk)];
      return { ...described, type: "map", keys, values };
    }
    case "map":
      return { ...described, keys: plainSchema("string"), values: schemaOf(type.values, walk) };
    case "union":
      return { ...described, fields: branchesOf(type.branches, walk) };
    case "record":
      if (walk.open.has(type)) return plainSchema("");
      return { ...described, fields: fieldsOf(type, walk) };
    case "null":
    case "boolean":
    case "int":
    case "long":
    case "float":
    case "double":
    case "bytes":
    case "string":
    case "fixed":
    case "enum":
      return described;
  }
}

/** A type by its attributes, without what it is made of. */
function describedBy(type: AvroType): ConnectSchema {
  const connectType = own(type.attributes, "connect.type");
  return {
    ...plainSchema(typeof connectType === "string" ? connectType : connectTypes[type.kind]),
    name: nameOf(type),
    fallback: rawDefault(type, own(type.attributes, "connect.default")),
    parameters: parametersOf(type),
  };
}

function nameOf(type: AvroType): string {
  const written = own(type.attributes, "connect.name");
  if (typeof written === "string") return written;
  if (type.kind === "record") return type.name;
  return logicalNames.get(own(type.attributes, "logicalType")) ?? "";
}

function parametersOf(type: AvroType): JsonObject {
  const written = own(type.attributes, "connect.parameters");
  const parameters: { [name: string]: JsonValue } = {};
  const scale = own(type.attributes, "scale");
  if (own(type.attributes, "logicalType") === "decimal") parameters["scale"] = scale ?? 0;
  for (const [name, value] of Object.entries(isJsonObject(written) ? written : {}))
    setOwn(parameters, name, value);
  return parameters;
}

function fieldsOf(record: AvroRecord, walk: Walk): readonly ConnectSchema[] {
  walk.open.add(record);
  const fields = record.fields.map((field) => fieldOf(field, schemaOf(field.type, walk)));
  walk.open.delete(record);
  return fields;
}

function fieldOf(field: AvroField, schema: ConnectSchema): ConnectSchema {
  const fallback = schema.fallback ?? rawDefault(field.type, field.fallback);
  return { ...schema, field: originalName(field.name, schema.parameters), fallback };
}

function branchesOf(branches: readonly AvroType[], walk: Walk): readonly ConnectSchema[] {
  const names = branchNames(branches);
  return branches.flatMap((branch, index) =>
    branch.kind === "null"
      ? []
      : [{ ...schemaOf(branch, walk), isOptional: true, field: names[index] ?? "" }],
  );
}
