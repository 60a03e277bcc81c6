import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeAnswered,
  decodeCall,
  decodeDone,
  encodeAnswered,
  encodeCall,
  encodeDone,
} from "../../src/cell/call-frames.ts";
import type { AnsweredMessage, CallMessage } from "../../src/cell/call-frames.ts";
import { FrameError, frameHeaderBytes } from "../../src/cell/frames.ts";

const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const headers = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true });
const u32 = fc.nat(2 ** 31);
const calls: fc.Arbitrary<CallMessage> = fc.record({
  request: u32,
  attemptId: u32,
  url: text,
  method: text,
  headers,
  body: fc.option(bytes, { nil: null }),
  timeoutMs: fc.option(fc.integer({ min: 1, max: 2 ** 31 }), { nil: null }),
  step: fc.option(fc.string({ minLength: 1, maxLength: 30 }), { nil: null }),
});
const answers: fc.Arbitrary<AnsweredMessage> = fc.record({
  request: u32,
  status: fc.integer({ min: 100, max: 999 }),
  headers,
  body: bytes,
});

function payloadOf(call: CallMessage): Buffer {
  const frame = encodeCall(call);
  if (frame === null) throw new Error("The call was not laid out.");
  return frame.subarray(frameHeaderBytes);
}

test("a call comes out as it went in", () => {
  fc.assert(
    fc.property(calls, (call) => {
      expect(decodeCall(payloadOf(call))).toEqual(call);
    }),
  );
});

test("an answer comes out as it went in", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      expect(decodeAnswered(encodeAnswered(answer).subarray(frameHeaderBytes))).toEqual(answer);
    }),
  );
});

test("a call that is cut short anywhere, or goes on behind its end, is refused", () => {
  fc.assert(
    fc.property(calls, fc.nat(500), (call, cut) => {
      const payload = payloadOf(call);
      fc.pre(cut < payload.byteLength);

      expect(() => decodeCall(payload.subarray(0, cut))).toThrow(FrameError);
      expect(() => decodeCall(Buffer.concat([payload, Buffer.from([0])]))).toThrow(FrameError);
    }),
  );
});

test("whatever a cell writes is a call or is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      try {
        decodeCall(Buffer.from(payload));
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

const call: CallMessage = {
  request: 1,
  attemptId: 1,
  url: "http://target.test/",
  method: "GET",
  headers: {},
  body: null,
  timeoutMs: null,
  step: null,
};

test.each([
  ["a URL", { url: `http://target.test/${"x".repeat(8_192)}` }],
  ["a method", { method: "G".repeat(101) }],
  ["a header's value", { headers: { "x-name": "x".repeat(8_193) } }],
  ["a header's name", { headers: { ["x".repeat(8_193)]: "" } }],
  [
    "a list of headers",
    { headers: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`x${n}`, ""])) },
  ],
])("%s that is too long is not laid out", (_what, changes) => {
  expect(encodeCall({ ...call, ...changes })).toBeNull();
});

test.each([0, -1, Number.NaN])("a time limit of %s is none", (timeoutMs) => {
  expect(decodeCall(payloadOf({ ...call, timeoutMs })).timeoutMs).toBeNull();
});

test("a time limit beyond all bounds is cut", () => {
  expect(decodeCall(payloadOf({ ...call, timeoutMs: Number.POSITIVE_INFINITY })).timeoutMs).toBe(2 ** 31);
});

test("a list of attempts comes out as it went in, and a cut one is refused", () => {
  const payload = encodeDone([1, 2 ** 32 - 1]).subarray(frameHeaderBytes);

  expect(decodeDone(payload)).toEqual([1, 2 ** 32 - 1]);
  expect(() => decodeDone(payload.subarray(0, 7))).toThrow(FrameError);
});
