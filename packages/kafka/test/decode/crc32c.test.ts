import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { crc32c } from "../../src/decode/crc32c.ts";
import { crc32cByBits } from "../record-batch-bytes.ts";

test.each([
  ["nothing", Buffer.alloc(0), 0],
  ["the check value of the standard", Buffer.from("123456789"), 0xe3069283],
  ["32 zeros of RFC 3720", Buffer.alloc(32), 0x8a9136aa],
  ["32 ones of RFC 3720", Buffer.alloc(32, 0xff), 0x62a8ab43],
  ["ascending bytes of RFC 3720", Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
])("%s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

test("every length and every place in a buffer agrees with the definition", () => {
  const bytes = randomBytes(200);

  for (let start = 0; start < 9; start++) {
    for (let end = start; end < 60; end++) {
      const part = bytes.subarray(start, end);
      expect(crc32c(part)).toBe(crc32cByBits(part));
    }
  }
});
