import { BinaryInput } from "../framed/binary-input.ts";
import { shortFloat } from "../framed/short-float.ts";
import { zigzagVarint } from "../framed/varint.ts";
import { BinaryMisfit } from "../framed/writer-schema.ts";
import { setOwn } from "../json-value.ts";
import type { JsonValue } from "../json-value.ts";
import { type AvroPlan, partOf, readAs } from "./avro-plan.ts";

/** How deep records, lists and maps may nest, as in JSON. */
export const AVRO_DEPTH_MAX = 64;
/** Values in one piece of data that take no bytes at all; a few bytes may claim any number of them. */
export const AVRO_EMPTY_VALUES_MAX = 10_000;
/** Texts up to this many bytes are compared with the one before, */
const rememberedBytes = 64;
/** until this many in a row were another one. */
const missesMax = 16;

/**
 * Reads one value of Avro's binary encoding, in the form that the JSON converter gives it: bytes are base64, a union of
 * more than null and one type is an object with the name of its branch. Every byte must be used. Throws `BinaryMisfit`.
 */
export function readAvro(plan: AvroPlan, bytes: Uint8Array, from: number): JsonValue {
  const input = new BinaryInput(bytes, from);
  const value = readValue(input, plan);
  if (input.left > 0) throw new BinaryMisfit(`${input.left} bytes are left over behind the data.`);
  return value;
}

function readValue(input: BinaryInput, plan: AvroPlan): JsonValue {
  switch (plan.as) {
    case readAs.text:
      return readText(input, plan);
    case readAs.optional:
      return readOptional(input, plan);
    case readAs.long:
      return zigzagVarint(input);
    case readAs.int:
      return readInt(input);
    case readAs.record:
      return readRecord(input, plan);
    case readAs.bytes:
      return input.base64(lengthOf(input));
    case readAs.boolean:
      return readBoolean(input);
    case readAs.double:
      return input.bytes.readDoubleLE(input.take(8));
    case readAs.float:
      return shortFloat(input.bytes.readFloatLE(input.take(4)));
    case readAs.fixed:
      return input.base64(plan.size);
    case readAs.symbol:
      return readSymbol(input, plan);
    case readAs.list:
      return readList(input, plan);
    case readAs.map:
      return readMap(input, plan);
    case readAs.pairs:
      return readPairs(input, plan);
    case readAs.union:
      return readUnion(input, plan);
    default:
      return null;
  }
}

function readRecord(input: BinaryInput, plan: AvroPlan): JsonValue {
  const { names, parts, nullBytes } = plan;
  enter(input);
  if (plan.bytesMin === 0) countEmpty(input, 1 + names.length);
  const record = new plan.Members();
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] ?? "";
    const part = parts[index];
    if (part === undefined) break;
    const nullByte = nullBytes[index] ?? -1;
    const value = nullByte >= 0 && isNull(input, nullByte) ? null : readValue(input, part);
    if (name === "__proto__") setOwn(record, name, value);
    else record[name] = value;
  }
  input.depth -= 1;
  return record;
}

function readOptional(input: BinaryInput, plan: AvroPlan): JsonValue {
  return isNull(input, plan.size) ? null : readValue(input, partOf(plan, 0));
}

function isNull(input: BinaryInput, nullByte: number): boolean {
  const branch = input.byte();
  if (branch !== 0 && branch !== 2) throw new BinaryMisfit("A union has no such branch.");
  return branch === nullByte;
}

function readUnion(input: BinaryInput, plan: AvroPlan): JsonValue {
  const index = indexOf(input, plan.parts.length);
  const branch = partOf(plan, index);
  if (branch.as === readAs.null) return null;
  const tagged: { [name: string]: JsonValue } = {};
  setOwn(tagged, plan.names[index] ?? "", readValue(input, branch));
  return tagged;
}

function readSymbol(input: BinaryInput, { names }: AvroPlan): string {
  return names[indexOf(input, names.length)] ?? "";
}

/** Compares a short text with the one that was read here before, as long as that pays: a name repeats, and a value does not. */
function readText(input: BinaryInput, plan: AvroPlan): string {
  const length = lengthOf(input);
  if (plan.misses > missesMax || length > rememberedBytes || length > input.left) return input.text(length);
  const { bytes, at } = input;
  const { lastBytes } = plan;
  if (lastBytes !== null && lastBytes.length === length && isAt(bytes, at, lastBytes)) {
    plan.misses = 0;
    input.at = at + length;
    return plan.lastText;
  }
  plan.misses += 1;
  plan.lastText = input.text(length);
  plan.lastBytes = Buffer.from(bytes.subarray(at, at + length));
  return plan.lastText;
}

function isAt(bytes: Buffer, at: number, sought: Buffer): boolean {
  for (let index = 0; index < sought.length; index += 1)
    if (sought[index] !== bytes[at + index]) return false;
  return true;
}

function readInt(input: BinaryInput): number {
  const value = zigzagVarint(input);
  if (typeof value === "number" && value >= -2_147_483_648 && value <= 2_147_483_647) return value;
  throw new BinaryMisfit("An int has more than 32 bits.");
}

function readBoolean(input: BinaryInput): boolean {
  const byte = input.byte();
  if (byte > 1) throw new BinaryMisfit("A boolean is neither 0 nor 1.");
  return byte === 1;
}

function readList(input: BinaryInput, plan: AvroPlan): JsonValue {
  const item = partOf(plan, 0);
  const list: JsonValue[] = [];
  enter(input);
  for (let count = blockOf(input, item.bytesMin); count > 0; count = blockOf(input, item.bytesMin))
    for (let index = 0; index < count; index += 1) list.push(readValue(input, item));
  input.depth -= 1;
  return list;
}

function readMap(input: BinaryInput, plan: AvroPlan): JsonValue {
  const value = partOf(plan, 0);
  const map: { [name: string]: JsonValue } = {};
  enter(input);
  for (let count = blockOf(input, 1 + value.bytesMin); count > 0; count = blockOf(input, 1 + value.bytesMin))
    for (let index = 0; index < count; index += 1)
      setOwn(map, input.text(lengthOf(input)), readValue(input, value));
  input.depth -= 1;
  return map;
}

/** A map with keys of any type: an object where all keys are texts, as the JSON converter writes it, else a list of pairs. */
function readPairs(input: BinaryInput, plan: AvroPlan): JsonValue {
  const [key, value] = [partOf(plan, 0), partOf(plan, 1)];
  const bytesMin = key.bytesMin + value.bytesMin;
  const pairs: (readonly [JsonValue, JsonValue])[] = [];
  enter(input);
  for (let count = blockOf(input, bytesMin); count > 0; count = blockOf(input, bytesMin))
    for (let index = 0; index < count; index += 1)
      pairs.push([readValue(input, key), readValue(input, value)]);
  input.depth -= 1;
  const isText = key.as === readAs.text || (key.as === readAs.optional && partOf(key, 0).as === readAs.text);
  if (!isText) return pairs;
  const map: { [name: string]: JsonValue } = {};
  for (const [name, member] of pairs) setOwn(map, typeof name === "string" ? name : "", member);
  return map;
}

/**
 * How many items the next block holds; 0 ends a list. A negative count is followed by the block's bytes. No more items are
 * believed than the bytes that are left can hold, and of items without bytes no more than {@link AVRO_EMPTY_VALUES_MAX}.
 */
function blockOf(input: BinaryInput, bytesMin: number): number {
  const written = zigzagVarint(input);
  if (written === 0) return 0;
  const count = written < 0 ? -Number(written) : Number(written);
  if (written < 0 && !(lengthOf(input) <= input.left)) throw new BinaryMisfit("A block is beyond the data.");
  if (bytesMin > 0) {
    if (count > input.left / bytesMin) throw new BinaryMisfit("A block has more items than bytes.");
    return count;
  }
  countEmpty(input, count);
  return count;
}

function countEmpty(input: BinaryInput, count: number): void {
  input.emptyValues += count;
  if (input.emptyValues > AVRO_EMPTY_VALUES_MAX)
    throw new BinaryMisfit("There are too many values without bytes.");
}

function indexOf(input: BinaryInput, count: number): number {
  const index = zigzagVarint(input);
  if (typeof index === "number" && index >= 0 && index < count) return index;
  throw new BinaryMisfit("A union or an enum has no such member.");
}

function lengthOf(input: BinaryInput): number {
  const length = zigzagVarint(input);
  if (typeof length === "number" && length >= 0) return length;
  throw new BinaryMisfit("A length is negative or too large.");
}

function enter(input: BinaryInput): void {
  input.depth += 1;
  if (input.depth > AVRO_DEPTH_MAX) throw new BinaryMisfit("The data is nested too deep.");
}
