import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBatch, encodeBatchFrame, entryBytes } from "../../src/cell/batch.ts";
import type { BatchEntry } from "../../src/cell/batch.ts";
import { FrameError, frameHeaderBytes } from "../../src/cell/frames.ts";

const bytes = fc.option(
  fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array)),
  { nil: null },
);
const u32 = fc.nat(2 ** 31);
const entries: fc.Arbitrary<readonly BatchEntry[]> = fc.array(
  fc.record({
    attemptId: u32,
    consumer: u32,
    attempt: u32,
    deadlineMs: u32,
    idempotencyKey: fc.string({ unit: "grapheme", maxLength: 40 }),
    record: fc.record({
      topic: fc.string({ unit: "grapheme", maxLength: 40 }),
      partition: fc.nat(1_000),
      offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      timestampMs: fc.double({ noNaN: true }),
      key: bytes,
      value: bytes,
      headers: fc.array(fc.record({ name: fc.string({ maxLength: 10 }), value: bytes }), { maxLength: 3 }),
    }),
  }),
  { maxLength: 5 },
);

function encodeBatch(sent: readonly BatchEntry[]): Buffer {
  const sized = sent.map((entry) => ({ ...entry, bytes: entryBytes(entry) }));
  return encodeBatchFrame(sized).subarray(frameHeaderBytes);
}

test("a batch comes out as it went in, and nothing is confused with an absent value", () => {
  fc.assert(
    fc.property(entries, (sent) => {
      expect(decodeBatch(encodeBatch(sent))).toEqual(sent);
    }),
  );
});

test("the size of an entry is what it takes", () => {
  fc.assert(
    fc.property(entries, (sent) => {
      const expected = sent.reduce((sum, entry) => sum + entryBytes(entry), 4);

      expect(encodeBatch(sent).byteLength).toBe(expected);
    }),
  );
});

test("a batch that is cut short anywhere is refused", () => {
  fc.assert(
    fc.property(entries, fc.nat(2_000), (sent, cut) => {
      const payload = encodeBatch(sent);
      fc.pre(cut < payload.byteLength);

      expect(() => decodeBatch(payload.subarray(0, cut))).toThrow(FrameError);
    }),
  );
});
