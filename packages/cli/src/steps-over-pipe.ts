import { close, read, write } from "node:fs";
import { promisify } from "node:util";
import type { StepWatch } from "@gluttony/core";

const writeTo = promisify(write);
const readFrom = promisify(read);

/** The name of every step goes out over an inherited descriptor, and the step after it begins when one byte came back. */
export interface StepPipe extends AsyncDisposable {
  readonly onStep: StepWatch;
}

/** For whoever started this process to stop it between two steps; the other end is theirs. */
export function stepsOver(descriptor: number): StepPipe {
  return {
    onStep: async (step) => {
      await writeTo(descriptor, `${step}\n`);
      await readFrom(descriptor, Buffer.alloc(1), 0, 1, null);
    },
    [Symbol.asyncDispose]: () => promisify(close)(descriptor),
  };
}
