/** One message between host and cell: a type and its payload. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/**
 * The types of frames, below 64 from the host and above from the cell. Protocol 1; a new message is a new
 * number, and a number is never used again: 70 was a call as JSON.
 */
export const frameTypes = {
  start: 1,
  consumer: 2,
  batch: 3,
  abort: 4,
  fetched: 5,
  ping: 6,
  drain: 7,
  forget: 8,
  onceAnswered: 9,
  answered: 10,
  told: 11,
  check: 12,
  schema: 13,
  hello: 65,
  ready: 66,
  refused: 67,
  outcomes: 68,
  heartbeat: 69,
  fetchAbort: 71,
  log: 72,
  drained: 73,
  onceClaim: 74,
  onceFinish: 75,
  onceRelease: 76,
  strays: 77,
  done: 78,
  call: 79,
  ask: 80,
  checked: 81,
} as const;

/** Length (u32, of the payload) and type (u8). */
export const frameHeaderBytes = 5;

/** The most that the host sends in one frame: one record of the largest size allowed, and then some. */
export const hostFrameBytesMax: number = 64 * 1024 * 1024;

/** The most that a cell may send in one frame: a request with the largest body. */
export const cellFrameBytesMax: number = 9 * 1024 * 1024;

/** The other side broke the framing; nothing that follows can be trusted. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Writes the header into the front of a frame whose payload follows it. */
export function writeFrameHeader(frame: Buffer, type: number): void {
  frame.writeUInt32BE(frame.byteLength - frameHeaderBytes, 0);
  frame.writeUInt8(type, 4);
}

/** Puts a payload, given in parts, behind its header. */
export function encodeFrame(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const frame = Buffer.allocUnsafe(frameHeaderBytes + length);
  writeFrameHeader(frame, type);
  let at = frameHeaderBytes;
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  return frame;
}

/** Encodes a control message. */
export function encodeJsonFrame(type: number, value: unknown): Buffer {
  return encodeFrame(type, Buffer.from(JSON.stringify(value), "utf8"));
}

/** Parses a control payload; throws {@link FrameError} when it is not JSON. */
export function decodeJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    throw new FrameError("A control payload is not JSON.");
  }
}

/** Cuts a stream of bytes into frames, wherever it was split. Checks the length before it keeps anything. */
export class FrameDecoder {
  readonly #payloadBytesMax: number;
  #chunks: Buffer[] = [];
  /** Bytes of the first chunk that were taken: to cut them off after each frame costs more than to read it. */
  #taken = 0;
  #size = 0;

  constructor(payloadBytesMax: number) {
    this.#payloadBytesMax = payloadBytesMax;
  }

  /** Whether a frame was begun and is not whole yet. */
  get hasPart(): boolean {
    return this.#size > 0;
  }

  /** Takes what was read and returns the frames that are now whole. Throws {@link FrameError}. */
  push(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    const frames: Frame[] = [];
    while (this.#size >= frameHeaderBytes) {
      const length = this.#firstWith(frameHeaderBytes).readUInt32BE(this.#taken);
      if (length > this.#payloadBytesMax) throw new FrameError("A frame is larger than the limit.");
      if (this.#size < frameHeaderBytes + length) break;
      frames.push(this.#take(length));
    }
    return frames;
  }

  #take(length: number): Frame {
    const first = this.#firstWith(frameHeaderBytes + length);
    const from = this.#taken + frameHeaderBytes;
    const frame = { type: first.readUInt8(from - 1), payload: first.subarray(from, from + length) };
    this.#taken = from + length;
    this.#size -= frameHeaderBytes + length;
    if (this.#taken === first.byteLength) {
      this.#chunks.shift();
      this.#taken = 0;
    }
    return frame;
  }

  /** The first chunk, joined with what follows when it holds fewer bytes than these. */
  #firstWith(bytes: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.byteLength - this.#taken >= bytes) return first;
    const whole = Buffer.concat(this.#chunks).subarray(this.#taken);
    this.#chunks = [whole];
    this.#taken = 0;
    return whole;
  }
}
