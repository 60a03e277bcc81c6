import type { CellConsumer } from "./cell.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";
import type { ConsumerMessage } from "./messages.ts";

/** A consumer's number, and the frames to send before it is used. */
export interface NumberedConsumer {
  readonly number: number;
  readonly frames: readonly Buffer[];
}

const none: readonly Buffer[] = [];

/** Numbers the consumers of one process, so that settings cross the pipe once and not with every record. */
export class ConsumerNumbers {
  readonly #known = new Map<string, { readonly number: number; readonly consumer: CellConsumer }>();
  #last = 0;

  numberOf(consumer: CellConsumer): NumberedConsumer {
    const known = this.#known.get(consumer.id);
    if (known !== undefined && isSame(known.consumer, consumer))
      return { number: known.number, frames: none };
    this.#last += 1;
    this.#known.set(consumer.id, { number: this.#last, consumer });
    const introduction = encodeJsonFrame(frameTypes.consumer, messageOf(consumer, this.#last));
    if (known === undefined) return { number: this.#last, frames: [introduction] };
    // Earlier attempts are ahead of this frame on the pipe, so nobody asks for the old number any more.
    const farewell = encodeJsonFrame(frameTypes.forget, { number: known.number });
    return { number: this.#last, frames: [farewell, introduction] };
  }
}

function isSame(known: CellConsumer, asked: CellConsumer): boolean {
  if (known === asked) return true;
  return (
    known.revision === asked.revision &&
    known.handler === asked.handler &&
    known.config === asked.config &&
    known.decoding === asked.decoding
  );
}

function messageOf({ name, handler, config, decoding }: CellConsumer, number: number): ConsumerMessage {
  return { number, name, handler, config, ...(decoding === undefined ? {} : { decoding }) };
}
