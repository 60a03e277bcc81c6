import { writeSync } from "node:fs";
import { defineHandler } from "@gluttony/sdk";

const framesFd = 3;
const outcomes = 68;
const done = 78;
const heartbeat = 69;

const frame = (type, payload) => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(payload.byteLength, 0);
  header.writeUInt8(type, 4);
  return Buffer.concat([header, payload]);
};
const doneOf = (attemptId) => {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(1, 0);
  payload.writeUInt32BE(attemptId, 4);
  return frame(done, payload);
};

const forgeries = {
  unknown: () => doneOf(4_000_000_000),
  garbage: () => frame(outcomes, Buffer.from("{{")),
  "no-list": () => frame(outcomes, Buffer.from('{"a":1}')),
  "host-frame": () => frame(2, Buffer.from("{}")),
  huge: () => Buffer.from([255, 255, 255, 255, 68]),
  half: () => frame(heartbeat, Buffer.alloc(1_000_000)).subarray(0, 400),
  flood: () => Buffer.concat(Array.from({ length: 20_000 }, () => frame(heartbeat, Buffer.from("{}")))),
};

/** Speaks on the cell's own descriptor; the row says what. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    if (change.after.do === "half-later") setTimeout(() => writeSync(framesFd, forgeries.half()), 200);
    const forged = forgeries[change.after.do]?.();
    if (forged === undefined) return;
    try {
      writeSync(framesFd, forged);
    } catch {
      // The pipe is full: as much of it as fits was written.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  },
});
