import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameDecoder, FrameError, encodeFrame } from "../../src/cell/frames.ts";
import type { Frame } from "../../src/cell/frames.ts";

const frames = fc.array(
  fc.record({
    type: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 20 },
);

test("frames come out as they went in, wherever the stream is split", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(4_000)), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)));
      const decoder = new FrameDecoder(200);
      const received: Frame[] = [];

      for (const chunk of split(stream, cuts)) received.push(...decoder.push(chunk));

      expect(received.map(({ type, payload }) => ({ type, payload: [...payload] }))).toEqual(
        sent.map(({ type, payload }) => ({ type, payload: [...payload] })),
      );
    }),
  );
});

test("a frame of one byte per read is put together", () => {
  const decoder = new FrameDecoder(10);
  const stream = encodeFrame(7, Buffer.from("0123456789"));

  const received = [...stream].flatMap((byte) => [...decoder.push(Buffer.from([byte]))]);

  expect(received).toEqual([{ type: 7, payload: Buffer.from("0123456789") }]);
});

test("a length beyond the limit is refused before its payload comes", () => {
  const decoder = new FrameDecoder(10);

  expect(() => decoder.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 1]))).toThrow(FrameError);
});

function split(stream: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = [...cuts.map((cut) => cut % (stream.byteLength + 1)), stream.byteLength].toSorted(
    (a, b) => a - b,
  );
  return ends.map((end, index) => stream.subarray(index === 0 ? 0 : ends[index - 1], end));
}
