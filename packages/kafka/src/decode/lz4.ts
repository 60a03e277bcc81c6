import { ByteReader } from "./byte-reader.ts";
import { GrowingBytes } from "./growing-bytes.ts";

const MAGIC = 0x184d2204;
const HAS_BLOCK_CHECKSUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_DICTIONARY = 0x01;
const BLOCK_IS_PLAIN = 0x80000000;
/** A length of this value in the token goes on in the bytes that follow. */
const LONG = 15;
const MATCH_MIN = 4;

/** Inflates an LZ4 frame, as Kafka's record batches carry it. Format: lz4/lz4, `lz4_Frame_format.md` and `lz4_Block_format.md`. */
export function inflateLz4(bytes: Buffer, maxBytes: number): Buffer {
  const reader = new ByteReader(bytes);
  const output = new GrowingBytes(maxBytes);
  if (reader.uintLe(4) !== MAGIC) throw new RangeError("no LZ4 frame");
  const flags = reader.uint8();
  if ((flags & HAS_DICTIONARY) !== 0) throw new RangeError("LZ4 frame with a dictionary");
  // The maximal block size, and the checksum of this head.
  reader.bytes(1 + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : 8) + 1);
  const checksumBytes = (flags & HAS_BLOCK_CHECKSUM) === 0 ? 0 : 4;
  for (let size = reader.uintLe(4); size !== 0; size = reader.uintLe(4)) {
    if (size >= BLOCK_IS_PLAIN) output.append(reader.bytes(size - BLOCK_IS_PLAIN));
    else inflateBlock(new ByteReader(reader.bytes(size)), output);
    reader.bytes(checksumBytes);
  }
  return output.written();
}

function inflateBlock(block: ByteReader, output: GrowingBytes): void {
  while (block.left > 0) {
    const token = block.uint8();
    output.append(block.bytes(lengthOf(token >> 4, block)));
    // The last sequence of a block has no match.
    if (block.left === 0) return;
    const distance = block.uintLe(2);
    output.repeat(distance, lengthOf(token & 15, block) + MATCH_MIN);
  }
}

function lengthOf(inToken: number, block: ByteReader): number {
  let length = inToken;
  if (inToken !== LONG) return length;
  for (;;) {
    const more = block.uint8();
    length += more;
    if (more !== 255) return length;
  }
}
