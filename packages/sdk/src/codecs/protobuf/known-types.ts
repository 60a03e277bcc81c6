import { isoDate, isoTime, isoTimestamp } from "../iso-text.ts";
import { own } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import { parseProto } from "./parse-proto.ts";
import type { ProtoEnum, ProtoMessage } from "./proto-file.ts";

const variableDecimal = "io.debezium.data.VariableScaleDecimal";
const NANOS = 1_000_000_000n;
const DAY_MS = 86_400_000;

/** Files that a registry does not keep, since every reader knows them. */
const files = [
  `syntax = "proto3"; package google.protobuf;
   message Timestamp { int64 seconds = 1; int32 nanos = 2; }
   message DoubleValue { double value = 1; } message FloatValue { float value = 1; }
   message Int64Value { int64 value = 1; } message UInt64Value { uint64 value = 1; }
   message Int32Value { int32 value = 1; } message UInt32Value { uint32 value = 1; }
   message BoolValue { bool value = 1; } message StringValue { string value = 1; }
   message BytesValue { bytes value = 1; }`,
  `syntax = "proto3"; package google.type;
   message Date { int32 year = 1; int32 month = 2; int32 day = 3; }
   message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }`,
  `syntax = "proto3"; package confluent.type;
   message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }`,
];

/** Those files' messages by their full names. */
export const knownTypes: ReadonlyMap<string, ProtoMessage | ProtoEnum> = new Map(
  files.flatMap((text) => [...parseProto(text).types]),
);

/** What a message stands for: the semantic name of its values, and how they look in JSON. */
export interface KnownMessage {
  /** The type of Connect; null for that of the field `value`. */
  readonly type: "string" | "struct" | null;
  readonly name: string;
  readonly rawOf: (message: JsonObject) => JsonValue;
}

const wrapper: KnownMessage = { type: null, name: "", rawOf: (message) => own(message, "value") ?? null };
const wrapped = ["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"];

/**
 * Messages that stand for one value. Their years, hours and seconds are written as the ISO texts that a handler sees: unlike
 * a number of ticks they hold every value of the message.
 */
const knownMessages: ReadonlyMap<string, KnownMessage> = new Map<string, KnownMessage>([
  ...wrapped.map((name) => [`google.protobuf.${name}Value`, wrapper] as const),
  ["google.protobuf.Timestamp", { type: "string", name: "", rawOf: timestampOf }],
  ["google.type.Date", { type: "string", name: "", rawOf: dateOf }],
  ["google.type.TimeOfDay", { type: "string", name: "", rawOf: timeOf }],
  ["confluent.type.Decimal", { type: "struct", name: variableDecimal, rawOf: (message) => message }],
]);

/** What a message stands for; null where it is a struct like any other. */
export function knownMessage({ name, fields }: ProtoMessage): KnownMessage | null {
  const known = knownMessages.get(name);
  if (known !== undefined) return known;
  // The converter drops the semantic name and keeps its last part.
  const isDecimal = name.endsWith(".VariableScaleDecimal") && fields.some((field) => field.name === "scale");
  return isDecimal ? { type: "struct", name: variableDecimal, rawOf: (message) => message } : null;
}

function timestampOf(message: JsonObject): string {
  return isoTimestamp(longOf(message, "seconds") * NANOS + longOf(message, "nanos"), NANOS);
}

function timeOf(message: JsonObject): string {
  const [hours, minutes, seconds] = ["hours", "minutes", "seconds"].map((name) => longOf(message, name));
  const inSeconds = (hours ?? 0n) * 3_600n + (minutes ?? 0n) * 60n + (seconds ?? 0n);
  return isoTime(inSeconds * NANOS + longOf(message, "nanos"), NANOS);
}

function dateOf(message: JsonObject): string {
  const [year, month, day] = ["year", "month", "day"].map((name) => Number(longOf(message, name)));
  const date = new Date(0);
  // Not `Date.UTC`, which takes years below 100 for those of the last century.
  date.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day ?? 1);
  return isoDate(Math.round(date.getTime() / DAY_MS));
}

function longOf(message: JsonObject, name: string): bigint {
  const value = own(message, name);
  return typeof value === "number" || typeof value === "bigint" ? BigInt(value) : 0n;
}
