import type { Readable } from "node:stream";
import { plainLine } from "./failure-of.ts";

/** Where a plugin's printed lines go; the count tells how many were dropped just before. */
export type LineSink = (line: string, dropped: number) => void;

const lineCharactersMax = 2_000;
const linesPerSecondMax = 50;
const tailLines = 8;
/** How long the last lines of a process that ended are waited for, milliseconds. */
const lastLinesMs = 250;
/** How V8 says on the error output that it gives up for want of heap. */
const heapExhausted = /^FATAL ERROR: .*JavaScript heap out of memory/;

/** Reads what a plugin prints, as bounded lines at a bounded rate, and keeps the last few for an error's text. */
export class PluginOutput {
  readonly #sink: LineSink;
  readonly #read: Promise<unknown>;
  #tail: string[] = [];
  #second = 0;
  #lines = 0;
  #dropped = 0;
  #isHeapExhausted = false;

  constructor(streams: readonly Readable[], sink: LineSink) {
    this.#sink = sink;
    this.#read = Promise.all(streams.map((stream) => this.#follow(stream)));
  }

  /** Whether the process said that it ends because its heap is full. */
  get isHeapExhausted(): boolean {
    return this.#isHeapExhausted;
  }

  /** Waits until what an ended process printed is read; not long, since what it started may hold its output open. */
  async whenRead(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, lastLinesMs);
    });
    await Promise.race([this.#read, late]);
    clearTimeout(timer);
  }

  /** The last lines, for the time before the plugin has seen any record. */
  tail(): string {
    return this.#tail.join(" | ");
  }

  #follow(stream: Readable): Promise<void> {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("error", () => stream.destroy());
    stream.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(0, lineCharactersMax);
      for (const line of lines) this.#take(line);
    });
    stream.on("end", () => {
      if (rest !== "") this.#take(rest);
    });
    return new Promise((resolve) => stream.once("close", resolve));
  }

  #take(line: string): void {
    if (heapExhausted.test(line)) this.#isHeapExhausted = true;
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) [this.#second, this.#lines] = [second, 0];
    this.#lines += 1;
    if (this.#lines > linesPerSecondMax) {
      this.#dropped += 1;
      return;
    }
    const plain = plainLine(line, lineCharactersMax);
    this.#tail = [...this.#tail, plain.slice(0, 300)].slice(-tailLines);
    this.#sink(plain, this.#dropped);
    this.#dropped = 0;
  }
}
