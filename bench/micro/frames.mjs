// The pipe's bytes: batches of 1 KB records and calls, encoded and decoded, beside plain copies of the same bytes.
import { decodeBatch, encodeBatchFrame, entryBytes } from "../../packages/core/dist/cell/batch.js";
import {
  decodeAnswered,
  decodeCall,
  encodeAnswered,
  encodeCall,
} from "../../packages/core/dist/cell/call-frames.js";
import { FrameDecoder, frameHeaderBytes } from "../../packages/core/dist/cell/frames.js";
import { compare } from "./compare.mjs";
import { rawRecord } from "./raw-record.mjs";

const batchSize = 64;
const entries = Array.from({ length: batchSize }, (_, index) => sizedEntry(index));
const frame = encodeBatchFrame(entries);
const payload = frame.subarray(frameHeaderBytes);
const values = entries.map(({ record }) => record.value);

compare(
  `batches of ${batchSize}, per record`,
  {
    "plain copy of the values": () => Buffer.concat(values),
    "size of an entry": () => entries.map(entryBytes),
    "encode a batch": () => encodeBatchFrame(entries),
    "cut the frame": () => new FrameDecoder(1 << 26).push(frame),
    "decode a batch": () => decodeBatch(payload),
  },
  { perRound: 200, units: batchSize },
);

const call = {
  request: 1,
  attemptId: 1,
  url: "http://127.0.0.1:8080/patient",
  method: "POST",
  headers: { "content-type": "application/json", "x-record": "1 2 3 4 5" },
  body: Buffer.alloc(420, 0x78),
  timeoutMs: null,
  step: null,
};
const answer = {
  request: 1,
  status: 200,
  headers: { "content-type": "application/json", "content-length": "2" },
  body: Buffer.from("{}"),
};
const callPayload = encodeCall(call).subarray(frameHeaderBytes);
const answerPayload = encodeAnswered(answer).subarray(frameHeaderBytes);

compare("a call over the pipe", {
  "encode the call": () => encodeCall(call),
  "decode the call": () => decodeCall(callPayload),
  "encode the answer": () => encodeAnswered(answer),
  "decode the answer": () => decodeAnswered(answerPayload),
});

function sizedEntry(index) {
  const entry = {
    attemptId: index,
    consumer: 1,
    attempt: 1,
    deadlineMs: 10_000,
    idempotencyKey: `consumer/topic/0/${index}`,
    record: rawRecord(index),
  };
  return { ...entry, bytes: entryBytes(entry) };
}
