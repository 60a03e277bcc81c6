import { ByteReader, ByteWriter, textBytes } from "./byte-layout.ts";
import { FrameError, frameHeaderBytes, frameTypes, writeFrameHeader } from "./frames.ts";

/** What a handler asks the host to call. */
export interface CallMessage {
  readonly request: number;
  readonly attemptId: number;
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  readonly timeoutMs: number | null;
  /** The step of `context.once` that the call belongs to. */
  readonly step: string | null;
}

/** A target's answer on its way to the cell. */
export interface AnsweredMessage {
  readonly request: number;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

const urlCharactersMax = 8_192;
const headerCharactersMax = 8_192;
const headersMax = 1_000;
const shortCharactersMax = 100;
const timeoutMaxMs = 2 ** 31;

/** Lays a call out as one frame; null when one of its texts is too long. */
export function encodeCall(call: CallMessage): Buffer | null {
  const { url, method, headers, body } = call;
  const step = call.step ?? "";
  const names = Object.keys(headers);
  if (url.length > urlCharactersMax || method.length > shortCharactersMax) return null;
  let size = 12 + textBytes(url) + textBytes(method) + textBytes(step) + 2 + 4 + (body?.byteLength ?? 0);
  for (const name of names) {
    const value = headers[name] ?? "";
    if (name.length > headerCharactersMax || value.length > headerCharactersMax) return null;
    size += textBytes(name) + textBytes(value);
  }
  if (names.length > headersMax) return null;
  const writer = new ByteWriter(size, frameHeaderBytes);
  writeFrameHeader(writer.buffer, frameTypes.call);
  writer.u32(call.request);
  writer.u32(call.attemptId);
  writer.u32(timeoutOf(call));
  writer.text(url);
  writer.text(method);
  writer.text(step);
  writeHeaders(writer, names, headers);
  writer.bytes(body);
  return writer.buffer;
}

/** Zero stands for none, and for what is no time at all. */
function timeoutOf({ timeoutMs }: CallMessage): number {
  return timeoutMs !== null && timeoutMs > 0 ? Math.ceil(Math.min(timeoutMs, timeoutMaxMs)) : 0;
}

/** Reads a call of a cell, which is not trusted. Throws {@link FrameError}. */
export function decodeCall(payload: Buffer): CallMessage {
  return guarded(() => {
    const reader = new ByteReader(payload);
    const request = reader.u32();
    const attemptId = reader.u32();
    const timeoutMs = reader.u32();
    const url = short(reader.text(), urlCharactersMax);
    const method = short(reader.text(), shortCharactersMax);
    const step = short(reader.text(), shortCharactersMax);
    const headers = readHeaders(reader);
    const body = reader.bytes();
    if (!reader.isAtEnd) throw new FrameError("A call is longer than it says.");
    const limit = timeoutMs === 0 ? null : timeoutMs;
    return {
      request,
      attemptId,
      url,
      method,
      headers,
      body,
      timeoutMs: limit,
      step: step === "" ? null : step,
    };
  });
}

/** Lays an answer out as one frame. */
export function encodeAnswered({ request, status, headers, body }: AnsweredMessage): Buffer {
  const names = Object.keys(headers);
  let size = 8 + body.byteLength;
  for (const name of names) size += textBytes(name) + textBytes(headers[name] ?? "");
  const writer = new ByteWriter(size, frameHeaderBytes);
  writeFrameHeader(writer.buffer, frameTypes.answered);
  writer.u32(request);
  writer.u16(status);
  writeHeaders(writer, names, headers);
  writer.rest(body);
  return writer.buffer;
}

/** Reads an answer; its body shares the payload's memory. */
export function decodeAnswered(payload: Buffer): AnsweredMessage {
  return guarded(() => {
    const reader = new ByteReader(payload);
    const request = reader.u32();
    const status = reader.u16();
    return { request, status, headers: readHeaders(reader), body: reader.rest() };
  });
}

/** Lays the numbers of attempts that were done out as one frame. */
export function encodeDone(attemptIds: readonly number[]): Buffer {
  const writer = new ByteWriter(4 * attemptIds.length, frameHeaderBytes);
  writeFrameHeader(writer.buffer, frameTypes.done);
  for (const attemptId of attemptIds) writer.u32(attemptId);
  return writer.buffer;
}

/** Reads the numbers of attempts that were done. Throws {@link FrameError}. */
export function decodeDone(payload: Buffer): readonly number[] {
  if (payload.byteLength % 4 !== 0) throw new FrameError("A list of attempts is cut short.");
  const attemptIds: number[] = [];
  for (let at = 0; at < payload.byteLength; at += 4) attemptIds.push(payload.readUInt32BE(at));
  return attemptIds;
}

function writeHeaders(
  writer: ByteWriter,
  names: readonly string[],
  headers: { readonly [name: string]: string },
): void {
  writer.u16(names.length);
  for (const name of names) {
    writer.text(name);
    writer.text(headers[name] ?? "");
  }
}

function readHeaders(reader: ByteReader): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (let count = reader.u16(); count > 0; count -= 1) {
    const name = reader.text();
    const value = reader.text();
    // A header may be called like a member that every object inherits.
    if (name === "__proto__") Object.defineProperty(headers, name, { value, enumerable: true });
    else headers[name] = value;
  }
  return headers;
}

function short(text: string, charactersMax: number): string {
  if (text.length > charactersMax) throw new FrameError("A text of a call is too long.");
  return text;
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError("A call is cut short.");
    throw error;
  }
}
