import { setImmediate as nextTurn } from "node:timers/promises";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { FrameWriter } from "../../src/cell/frame-writer.ts";

function channelInto(chunks: Buffer[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
}

test("frames of one turn leave together and in order, after what was gathered before", async () => {
  const chunks: Buffer[] = [];
  const writer = new FrameWriter(channelInto(chunks), () => undefined);

  for (const text of ["a", "b", "c"]) writer.write(Buffer.from(text));
  expect(chunks).toEqual([]);
  await nextTurn();

  expect(chunks.map(String)).toEqual(["abc"]);
});

test("what is gathered for a flush leaves with it", async () => {
  const chunks: Buffer[] = [];
  let gathered = 0;
  const writer: FrameWriter = new FrameWriter(channelInto(chunks), () => {
    gathered += 1;
    if (gathered === 1) writer.write(Buffer.from("gathered"));
  });

  writer.schedule();
  writer.schedule();
  await nextTurn();
  await nextTurn();

  expect(chunks.map(String)).toEqual(["gathered"]);
});

test("large frames are not joined, and their order stays", () => {
  const chunks: Buffer[] = [];
  const writer = new FrameWriter(channelInto(chunks), () => undefined);
  const frames = [10, 70_000, 20, 30, 65_530].map((size, index) => Buffer.alloc(size, index));

  for (const frame of frames) writer.write(frame);
  writer.flush();

  expect(Buffer.concat(chunks).equals(Buffer.concat(frames))).toBe(true);
  expect(chunks.map((chunk) => chunk.byteLength)).toEqual([10, 70_000, 50, 65_530]);
});

test("nothing is written into a channel that has ended", () => {
  const chunks: Buffer[] = [];
  const channel = channelInto(chunks);
  const writer = new FrameWriter(channel, () => undefined);
  channel.end();

  writer.write(Buffer.from("late"));
  writer.flush();

  expect(chunks).toEqual([]);
});
