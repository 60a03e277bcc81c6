import { describe, expect, test } from "vitest";
import { type ZstdDecoder, fzstdDecoder, inflateZstd, nodeZstdDecoder } from "../../src/decode/zstd.ts";

const LIMIT = 1024 * 1024;
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** No content size, no checksum; then a window of 128 KB. */
const PLAIN_HEAD = [...MAGIC, 0x00, 0x38];
const RAW = 0;
const REPEATED = 1;
const BLOCK_BYTES_MAX = 128 * 1024;

interface Block {
  readonly kind: number;
  readonly size: number;
  readonly bytes: readonly number[];
}

/** A frame by the format's description: each block is three bytes of head, and one byte that is repeated or raw bytes. */
function frame(head: readonly number[], blocks: readonly Block[]): Buffer {
  const parts = blocks.map(({ kind, size, bytes }, at) => {
    const isLast = at === blocks.length - 1 ? 1 : 0;
    const word = isLast + kind * 2 + size * 8;
    return [word & 0xff, (word >> 8) & 0xff, word >> 16, ...bytes];
  });
  return Buffer.from([head, ...parts].flat());
}

const hello: Block = { kind: RAW, size: 5, bytes: [...Buffer.from("hello")] };
const many = (count: number): Block[] =>
  Array.from({ length: count }, () => ({ kind: REPEATED, size: BLOCK_BYTES_MAX, bytes: [7] }));

const decoders: readonly (readonly [string, ZstdDecoder | null])[] = [
  ["fzstd", fzstdDecoder],
  ["Node's own", nodeZstdDecoder],
];

describe.each(decoders)("%s", (_, decoder) => {
  const decode: ZstdDecoder = decoder ?? fzstdDecoder;

  test.skipIf(decoder === null)("inflates raw and repeated blocks", () => {
    const bytes = frame(PLAIN_HEAD, [hello, { kind: REPEATED, size: 3, bytes: [33] }, hello]);

    expect(decode(bytes, LIMIT).toString()).toBe("hello!!!hello");
  });

  test.skipIf(decoder === null)("stops a bomb at the limit", () => {
    const bomb = frame(PLAIN_HEAD, many(4_000));

    expect(bomb.length).toBeLessThan(20_000);
    expect(() => decode(bomb, LIMIT)).toThrow(RangeError);
    expect(decode(frame(PLAIN_HEAD, many(8)), LIMIT)).toHaveLength(LIMIT);
  });
});

describe("a frame is refused before memory is reserved", () => {
  test.each([
    ["of a window of 2 GB", [...MAGIC, 0x00, 0xa8]],
    ["of one segment of 2 GB", [...MAGIC, 0xa0, 0, 0, 0, 0x7f]],
    ["of one segment of more than 4 GB", [...MAGIC, 0xe0, 0, 0, 0, 0, 1, 0, 0, 0]],
    ["that is none", [1, 2, 3, 4, 5, 6, 7]],
  ])("%s", (_, head) => {
    expect(() => inflateZstd(frame(head, [hello]), LIMIT)).toThrow(RangeError);
  });

  test("but not one whose content is short", () => {
    expect(inflateZstd(frame([...MAGIC, 0x20, 5], [hello]), LIMIT).toString()).toBe("hello");
  });
});
