import { ByteReader } from "./byte-reader.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** Java's producers cut the data into blocks behind this head; others send one block without it. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** The magic, a version and a compatible version. */
const XERIAL_HEAD_BYTES = 16;

/** Inflates snappy, framed the Java way or plain. Format: google/snappy, `format_description.txt`. */
export function inflateSnappy(bytes: Buffer, maxBytes: number): Buffer {
  const output = new GrowingBytes(maxBytes);
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    inflateBlock(bytes, output);
    return output.written();
  }
  const blocks = new ByteReader(bytes.subarray(XERIAL_HEAD_BYTES));
  while (blocks.left > 0) inflateBlock(blocks.bytes(blocks.int32()), output);
  return output.written();
}

function inflateBlock(block: Buffer, output: GrowingBytes): void {
  const reader = new ByteReader(block);
  const end = output.length + reader.uvarint();
  while (reader.left > 0) inflateElement(reader, output);
  if (output.length !== end) throw new RangeError("snappy block of another length than announced");
}

/** Two bits say the kind of an element: bytes as they are, or a reference back of three sizes. */
function inflateElement(reader: ByteReader, output: GrowingBytes): void {
  const tag = reader.uint8();
  const rest = tag >> 2;
  switch (tag & 3) {
    case 0:
      output.append(reader.bytes(literalLength(rest, reader)));
      return;
    case 1:
      output.repeat(((tag >> 5) << 8) + reader.uint8(), 4 + (rest & 7));
      return;
    case 2:
      output.repeat(reader.uintLe(2), rest + 1);
      return;
    default:
      output.repeat(reader.uintLe(4), rest + 1);
  }
}

/** Lengths from 61 stand in one to four bytes of their own. */
function literalLength(rest: number, reader: ByteReader): number {
  return (rest < 60 ? rest : reader.uintLe(rest - 59)) + 1;
}
