import type { BinaryInput } from "./binary-input.ts";
import { BinaryMisfit } from "./writer-schema.ts";

const two28 = 268_435_456;

/** An unsigned number of variable length of at most 64 bits: a `bigint` where a number would round it. */
export function unsignedVarint(input: BinaryInput): number | bigint {
  const first = input.byte();
  return first < 0x80 ? first : furtherBytes(input, first & 0x7f);
}

function furtherBytes(input: BinaryInput, first: number): number | bigint {
  let low = first;
  for (let shift = 7; shift < 28; shift += 7) {
    const byte = input.byte();
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return low;
  }
  let high = 0;
  for (let shift = 0; shift < 21; shift += 7) {
    const byte = input.byte();
    high |= (byte & 0x7f) << shift;
    if (byte < 0x80) return joined(low, high);
  }
  return longVarint(input, low, high);
}

/** The rest of a number that has more than 49 bits. */
function longVarint(input: BinaryInput, low: number, high: number): number | bigint {
  let value = BigInt(low) | (BigInt(high) << 28n);
  for (let shift = 49n; shift <= 63n; shift += 7n) {
    const byte = input.byte();
    if (shift === 63n && byte > 1) throw new BinaryMisfit("A number has more than 64 bits.");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return numberOf(value);
  }
  throw new BinaryMisfit("A number has more than 64 bits.");
}

function joined(low: number, high: number): number {
  return high * two28 + low;
}

/** A signed number of variable length, whose sign is its last bit (zigzag). */
export function zigzagVarint(input: BinaryInput): number | bigint {
  const first = input.byte();
  if (first < 0x80) return (first >>> 1) ^ -(first & 1);
  const value = furtherBytes(input, first & 0x7f);
  if (typeof value === "bigint") return numberOf((value >> 1n) ^ -(value & 1n));
  if (value < two28) return (value >>> 1) ^ -(value & 1);
  const half = Math.floor(value / 2);
  return value % 2 === 0 ? half : -half - 1;
}

/** A `bigint` only where it is needed. */
export function numberOf(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}
