import { BinaryInput } from "../framed/binary-input.ts";
import { shortFloat } from "../framed/short-float.ts";
import { numberOf, unsignedVarint, zigzagVarint } from "../framed/varint.ts";
import { BinaryMisfit } from "../framed/writer-schema.ts";
import { setOwn } from "../json-value.ts";
import type { JsonValue } from "../json-value.ts";
import { defaultOf } from "./proto-plan.ts";
import type { PlannedField, ProtoPlan, ProtoScalar, ProtoValue } from "./proto-plan.ts";

/** How deep messages may nest, as in JSON. */
export const PROTOBUF_DEPTH_MAX = 64;
/** Fields that no byte was written for, in one piece of data; a message of two bytes may have any number of them. */
export const PROTOBUF_EMPTY_FIELDS_MAX = 1_000_000;

/**
 * Reads one message of Protobuf's wire format, in the form that the JSON converter gives it. Fields that the schema does not
 * know are read over. Throws `BinaryMisfit`.
 */
export function readProtobuf(plan: ProtoPlan, bytes: Uint8Array, from: number): JsonValue {
  const input = new BinaryInput(bytes, from);
  return readMessage(input, plan, input.end);
}

function readMessage(input: BinaryInput, plan: ProtoPlan, to: number): JsonValue {
  enter(input, plan.fields.size - (to - input.at));
  const outer = input.end;
  input.end = to;
  const message: { [name: string]: JsonValue } = {};
  for (const field of plan.fields.values()) setOwn(message, field.name, emptyOf(field));
  while (input.at < to) readField(input, plan, message);
  input.end = outer;
  input.depth -= 1;
  return plan.known === null ? message : plan.known.rawOf(message);
}

/** A list or a map is made anew for every message, since it is filled. */
function emptyOf({ isRepeated, key, absent }: PlannedField): JsonValue {
  if (!isRepeated) return absent;
  return key === null || !isTextKey(key) ? [] : {};
}

function readField(input: BinaryInput, plan: ProtoPlan, message: { [name: string]: JsonValue }): void {
  const tag = unsignedVarint(input);
  if (typeof tag !== "number" || tag > 0xffffffff) throw new BinaryMisfit("A field has no valid number.");
  const wire = tag % 8;
  const field = plan.fields.get(Math.floor(tag / 8));
  if (field === undefined) return skipValue(input, wire);
  if (field.key !== null) return readEntry(input, field, { wire, into: message[field.name] });
  if (!field.isRepeated) return setOwn(message, field.name, readValue(input, field.value, wire));
  const list = message[field.name];
  if (!Array.isArray(list)) return;
  if (wire === 2 && field.value.wire !== 2) readPacked(input, field.value, list);
  else list.push(readValue(input, field.value, wire));
}

/** Numbers of a list without their tags. */
function readPacked(input: BinaryInput, value: ProtoValue, list: JsonValue[]): void {
  const end = endOf(input);
  while (input.at < end) list.push(readValue(input, value, value.wire));
  if (input.at !== end) throw new BinaryMisfit("A packed list ends inside of a number.");
}

/** One entry of a map: a message of key and value. */
function readEntry(
  input: BinaryInput,
  { key, value }: PlannedField,
  { wire, into }: { readonly wire: number; readonly into: JsonValue | undefined },
): void {
  if (wire !== 2 || key === null) throw new BinaryMisfit("A map's entry is no message.");
  const end = endOf(input);
  enter(input, 0);
  let entry: [JsonValue, JsonValue] = [defaultOf(key), defaultOf(value)];
  while (input.at < end) {
    const tag = unsignedVarint(input);
    if (typeof tag !== "number") throw new BinaryMisfit("A field has no valid number.");
    if (tag >> 3 === 1) entry = [readValue(input, key, tag & 7), entry[1]];
    else if (tag >> 3 === 2) entry = [entry[0], readValue(input, value, tag & 7)];
    else skipValue(input, tag & 7);
  }
  if (input.at !== end) throw new BinaryMisfit("A map's entry ends inside of a value.");
  input.depth -= 1;
  if (Array.isArray(into)) into.push(entry);
  else if (typeof into === "object" && into !== null)
    setOwn(into as { [name: string]: JsonValue }, typeof entry[0] === "string" ? entry[0] : "", entry[1]);
}

function isTextKey(key: ProtoValue): boolean {
  return key.as === "scalar" && key.scalar === "string";
}

function readValue(input: BinaryInput, value: ProtoValue, wire: number): JsonValue {
  if (wire !== value.wire) throw new BinaryMisfit("A field is written in another way than its type says.");
  switch (value.as) {
    case "message":
      return readMessage(input, value.plan, endOf(input));
    case "enum": {
      const number = signed32(unsignedVarint(input));
      return value.names.get(number) ?? String(number);
    }
    case "scalar":
      return readScalar(input, value.scalar);
  }
}

function readScalar(input: BinaryInput, scalar: ProtoScalar): JsonValue {
  const { bytes } = input;
  switch (scalar) {
    case "string":
      return input.text(lengthOf(input));
    case "bytes":
      return input.base64(lengthOf(input));
    case "bool":
      return unsignedVarint(input) !== 0;
    case "int32":
      return signed32(unsignedVarint(input));
    case "uint32":
      return signed32(unsignedVarint(input)) >>> 0;
    case "sint32":
      return signed32(zigzagVarint(input));
    case "int64":
      return signed64(unsignedVarint(input));
    case "uint64":
      return unsignedVarint(input);
    case "sint64":
      return zigzagVarint(input);
    case "double":
      return bytes.readDoubleLE(input.take(8));
    case "float":
      return shortFloat(bytes.readFloatLE(input.take(4)));
    case "fixed32":
      return bytes.readUInt32LE(input.take(4));
    case "sfixed32":
      return bytes.readInt32LE(input.take(4));
    case "fixed64":
      return numberOf(bytes.readBigUInt64LE(input.take(8)));
    case "sfixed64":
      return numberOf(bytes.readBigInt64LE(input.take(8)));
  }
}

/** The last 32 bits, as every reader of Protobuf takes them: a negative int32 is written with 64. */
function signed32(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value | 0;
}

function signed64(value: number | bigint): number | bigint {
  return typeof value === "bigint" ? numberOf(BigInt.asIntN(64, value)) : value;
}

function skipValue(input: BinaryInput, wire: number): void {
  switch (wire) {
    case 0:
      unsignedVarint(input);
      return;
    case 1:
      input.take(8);
      return;
    case 2:
      input.take(lengthOf(input));
      return;
    case 5:
      input.take(4);
      return;
    default:
      throw new BinaryMisfit("A field is written in a way that is not read.");
  }
}

function endOf(input: BinaryInput): number {
  const length = lengthOf(input);
  if (length > input.left) throw new BinaryMisfit("A length is beyond the data.");
  return input.at + length;
}

function lengthOf(input: BinaryInput): number {
  const length = unsignedVarint(input);
  if (typeof length === "number") return length;
  throw new BinaryMisfit("A length is too large.");
}

function enter(input: BinaryInput, emptyFields: number): void {
  input.depth += 1;
  if (input.depth > PROTOBUF_DEPTH_MAX) throw new BinaryMisfit("The data is nested too deep.");
  input.emptyValues += Math.max(0, emptyFields);
  if (input.emptyValues > PROTOBUF_EMPTY_FIELDS_MAX)
    throw new BinaryMisfit("There are too many fields without bytes.");
}
