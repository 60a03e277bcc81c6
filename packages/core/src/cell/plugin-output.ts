import type { Readable } from "node:stream";
import { plainLine } from "./failure-of.ts";

/** Where a plugin's printed lines go; the count tells how many were dropped just before. */
export type LineSink = (line: string, dropped: number) => void;

const lineCharactersMax = 2_000;
const linesPerSecondMax = 50;
const tailLines = 8;

/** Reads what a plugin prints, as bounded lines at a bounded rate, and keeps the last few for an error's text. */
export class PluginOutput {
  readonly #sink: LineSink;
  #tail: string[] = [];
  #second = 0;
  #lines = 0;
  #dropped = 0;

  constructor(streams: readonly Readable[], sink: LineSink) {
    this.#sink = sink;
    for (const stream of streams) this.#follow(stream);
  }

  /** The last lines, for the time before the plugin has seen any record. */
  tail(): string {
    return this.#tail.join(" | ");
  }

  #follow(stream: Readable): void {
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
  }

  #take(line: string): void {
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
