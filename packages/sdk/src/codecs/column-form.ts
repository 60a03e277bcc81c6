import { readSchema } from "./connect-schema.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import { defaultModes } from "./connector-modes.ts";
import type { ConnectorModes } from "./connector-modes.ts";
import { textBytesName } from "./decode-bytes.ts";
import type { ColumnDeclaration } from "./decoding.ts";
import { own } from "./json-value.ts";
import { postgresSchema } from "./postgresql-schema.ts";
import { isDecimalText } from "./source-type.ts";

/** What an author sees of a column, as TypeScript says it. */
export interface ColumnForm {
  /** The type of a value that is not null; names `Decimal` and `ColumnValue` of the SDK where it needs them. */
  readonly typeScript: string;
  /** Whether the schema says that it may be null; what only a type is known of may be. */
  readonly isNullable: boolean;
  /** Whether a value may be so large that PostgreSQL's log leaves it out where it did not change. */
  readonly isLong: boolean;
  /** False for a type that no connector delivers unless it is told to. */
  readonly isKnown: boolean;
}

/** The form in which the codec gives a column's values. Pure. */
export function columnForm(declared: ColumnDeclaration, modes: Partial<ConnectorModes> = {}): ColumnForm {
  const json =
    typeof declared === "string" ? postgresSchema(declared, { ...defaultModes, ...modes }) : declared;
  const schema = readSchema(json);
  if (schema === null || schema.type === "") {
    return { typeScript: "ColumnValue", isNullable: true, isLong: true, isKnown: false };
  }
  return {
    typeScript: typeOf(schema),
    isNullable: schema.isOptional,
    isLong: isLong(schema),
    isKnown: true,
  };
}

/** Forms by semantic name; times and dates are texts. */
const namedTypes: ReadonlyMap<string, string> = new Map([
  ["org.apache.kafka.connect.data.Decimal", "Decimal"],
  ["io.debezium.data.VariableScaleDecimal", "Decimal"],
  ["io.debezium.data.Bits", "bigint"],
  ["io.debezium.data.EnumSet", "readonly string[]"],
  ["io.debezium.time.Year", "number"],
  ["io.debezium.time.MicroDuration", "bigint"],
  ["io.debezium.time.NanoDuration", "bigint"],
  [textBytesName, "Uint8Array"],
]);
const textTimes = /^(?:io\.debezium\.time|org\.apache\.kafka\.connect\.data)\.(?!StructuredDuration)/;

function typeOf(schema: ConnectSchema): string {
  const named = namedTypes.get(schema.name);
  if (named !== undefined) return named;
  if (textTimes.test(schema.name)) return "string";
  if (schema.name === "io.debezium.data.Enum") return enumType(schema);
  return plainType(schema);
}

function plainType(schema: ConnectSchema): string {
  switch (schema.type) {
    case "int8":
    case "int16":
    case "int32":
    case "float":
    case "double":
      return "number";
    case "int64":
      return "bigint";
    case "boolean":
      return "boolean";
    case "string":
      return isDecimalText(schema.parameters) ? 'Decimal | "NaN" | "Infinity" | "-Infinity"' : "string";
    case "bytes":
      return "Uint8Array";
    case "array":
      return listType(schema);
    case "map":
      return mapType(schema);
    case "struct":
      return structType(schema);
    default:
      return "ColumnValue";
  }
}

function listType({ items, parameters }: ConnectSchema): string {
  if (items === null) return "readonly ColumnValue[]";
  // The column's own type is said of the list.
  return `readonly (${orNull(items.name === "" ? { ...items, parameters: { ...parameters, ...items.parameters } } : items)})[]`;
}

function mapType({ keys, values }: ConnectSchema): string {
  const value = values === null ? "ColumnValue" : orNull(values);
  if (keys === null || keys.type === "string") return `{ readonly [name: string]: ${value} }`;
  return `readonly (readonly [${orNull(keys)}, ${value}])[]`;
}

/** Parts of a duration are not told by their schema: each is a number. */
function structType({ fields, name }: ConnectSchema): string {
  if (fields.length === 0) {
    return `{ readonly [name: string]: ${name.endsWith("StructuredDuration") ? "number | null" : "ColumnValue"} }`;
  }
  return `{ ${fields.map((field) => `readonly ${propertyName(field.field)}: ${orNull(field)}`).join("; ")} }`;
}

function orNull(schema: ConnectSchema): string {
  return schema.isOptional ? `${typeOf(schema)} | null` : typeOf(schema);
}

/** One of the names that the schema lists, in which a comma is escaped. */
function enumType({ parameters }: ConnectSchema): string {
  const allowed = own(parameters, "allowed");
  if (typeof allowed !== "string" || allowed === "") return "string";
  const names = allowed.match(/(?:\\.|[^,\\])+/g) ?? [];
  return names.map((name) => JSON.stringify(name.replaceAll("\\,", ","))).join(" | ");
}

/** A property as TypeScript writes it: quoted where it is no plain name. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

const shortNames =
  /^io\.debezium\.(?:time\.|data\.(?:Uuid|Enum)$)|^org\.apache\.kafka\.connect\.data\.(?!Decimal)/;
/** Digits up to which a number is never moved out of its row. */
const shortDigits = 28;

function isLong(schema: ConnectSchema): boolean {
  if (shortNames.test(schema.name)) return false;
  if (schema.name.endsWith(".Decimal")) {
    return !(Number(own(schema.parameters, "connect.decimal.precision")) <= shortDigits);
  }
  return ["string", "bytes", "array", "map", "struct"].includes(schema.type);
}
