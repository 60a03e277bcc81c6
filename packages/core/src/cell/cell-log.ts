import type { Release } from "@gluttony/model";
import type { HostLog } from "../ports.ts";
import type { AttemptRequest } from "./cell.ts";
import { releaseFacts } from "./cell-plan.ts";
import { FrameError, decodeJson } from "./frames.ts";
import { parseLog, parseStrays } from "./messages.ts";

/** What the lines of one cell are tagged with. */
export interface CellLogTags {
  readonly release: Release;
  readonly inFlight: (attemptId: number) => { readonly request: AttemptRequest } | undefined;
}

/** Marks a line in a plugin's own words, which nobody guards against names of persons. A plugin cannot take it off. */
export const pluginsOwn = { saidBy: "plugin" } as const;

/** Log lines, heartbeats and aborted calls of one second; a plugin that writes more floods the pipe on purpose. */
const unaskedFramesPerSecondMax = 2_000;

/** Writes what one cell says of itself into the host's log, and counts what nobody asked it for. */
export class CellLog {
  readonly #log: HostLog;
  readonly #tags: CellLogTags;
  #second = 0;
  #frames = 0;
  #strays = 0;

  constructor(log: HostLog, tags: CellLogTags) {
    this.#log = log;
    this.#tags = tags;
  }

  takeLine(payload: Buffer): void {
    const { level, message, facts, attemptId, dropped } = parseLog(decodeJson(payload));
    const request = this.#tags.inFlight(attemptId)?.request;
    this.#log[level](message, {
      ...facts,
      ...releaseFacts(this.#tags.release),
      ...(request === undefined ? {} : coordinatesOf(request)),
      ...(dropped === 0 ? {} : { dropped }),
      ...pluginsOwn,
    });
  }

  takeStrays(payload: Buffer): void {
    const { count, seen } = parseStrays(decodeJson(payload));
    this.#strays += count;
    const facts = { ...releaseFacts(this.#tags.release), count, total: this.#strays, seen };
    this.#log.warn("The plugin left promises behind that were rejected.", facts);
  }

  /** Throws FrameError for a cell that floods its pipe. */
  countUnasked(): void {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) [this.#second, this.#frames] = [second, 0];
    this.#frames += 1;
    if (this.#frames > unaskedFramesPerSecondMax) throw new FrameError("The cell floods its pipe.");
  }
}

function coordinatesOf({ record, consumer, attempt }: AttemptRequest): {
  readonly [name: string]: string | number;
} {
  const { topic, partition, offset } = record;
  return { consumer: consumer.name, topic, partition, offset: offset.toString(), attempt };
}
