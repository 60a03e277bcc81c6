import type { LogFacts, Logger } from "@gluttony/sdk";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import { plainLine } from "./failure-of.ts";
import { factsOf } from "./messages.ts";
import type { LogMessage } from "./messages.ts";

/** Lines that a cell may log in one second; more are counted and dropped. */
const linesPerSecondMax = 100;

/** The cell's half of `context.log`. */
export class LogOverPipe {
  readonly #write: (frame: Buffer) => void;
  #second = 0;
  #lines = 0;
  #dropped = 0;

  constructor(write: (frame: Buffer) => void) {
    this.#write = write;
  }

  /** The logger of one attempt; the host adds the consumer and the coordinates by the attempt's number. */
  of(attemptId: number): Logger {
    const line =
      (level: LogMessage["level"]) =>
      (message: string, facts?: LogFacts): void =>
        this.#send({ level, message, facts: facts ?? {}, attemptId, dropped: 0 });
    return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  }

  #send(line: LogMessage): void {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) [this.#second, this.#lines] = [second, 0];
    this.#lines += 1;
    if (this.#lines > linesPerSecondMax) {
      this.#dropped += 1;
      return;
    }
    const message = plainLine(String(line.message), 1_000);
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#write(encodeJsonFrame(frameTypes.log, { ...line, message, facts: factsOf(line.facts), dropped }));
  }
}
