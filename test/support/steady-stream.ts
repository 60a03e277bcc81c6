import { changesOf } from "./change-of.ts";
import { pause } from "./host.ts";
import type { KafkaTools } from "./kafka-tools.ts";

/** Records that are written one after another until told to stop. */
export interface SteadyStream extends AsyncDisposable {
  /** Ends the stream; answers how many records were written, numbered from 1. */
  stop(): Promise<number>;
}

const everyMs = 50;

/** Writes some twenty records a second, so that a test sees whether a consumer keeps its pace. */
export function steadyStream(tools: KafkaTools, topic: string): SteadyStream {
  let isOver = false;
  let sent = 0;
  const streaming = (async () => {
    while (!isOver) {
      await tools.send(topic, changesOf(sent + 1, 1));
      sent += 1;
      await pause(everyMs);
    }
  })();
  const stop = async (): Promise<number> => {
    isOver = true;
    await streaming;
    return sent;
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}
