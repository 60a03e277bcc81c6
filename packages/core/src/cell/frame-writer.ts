import type { Writable } from "node:stream";

/** Frames up to this size are joined into one write; larger ones are not copied again. */
const joinedBytesMax = 65_536;

/** Writes frames in the order they are given; those of one turn of the loop leave together, in few system calls. */
export class FrameWriter {
  readonly #channel: Writable;
  readonly #gather: () => void;
  #frames: Buffer[] = [];
  #isScheduled = false;

  /** `gather` is called before each flush, to write what was collected for it. */
  constructor(channel: Writable, gather: () => void) {
    this.#channel = channel;
    this.#gather = gather;
  }

  write(frame: Buffer): void {
    this.#frames.push(frame);
    this.schedule();
  }

  /** Has a flush follow at the end of this turn of the loop. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flushLater);
  }

  /** Hands everything to the channel now. */
  flush(): void {
    this.#gather();
    const frames = this.#frames;
    this.#frames = [];
    if (frames.length === 0 || !this.#channel.writable) return;
    for (const chunk of frames.length === 1 ? frames : joined(frames)) this.#channel.write(chunk);
  }

  readonly #flushLater = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
}

/** Joins neighbours while they are small together. */
function joined(frames: readonly Buffer[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let run: Buffer[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (run.length > 0 && bytes + frame.byteLength > joinedBytesMax) {
      chunks.push(chunkOf(run, bytes));
      run = [];
      bytes = 0;
    }
    run.push(frame);
    bytes += frame.byteLength;
  }
  chunks.push(chunkOf(run, bytes));
  return chunks;
}

function chunkOf(run: readonly Buffer[], bytes: number): Buffer {
  const [only] = run;
  return only !== undefined && run.length === 1 ? only : Buffer.concat(run, bytes);
}
