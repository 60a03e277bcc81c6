import { SchemaShelf } from "./schema-shelf.ts";
import type { AttemptRequest } from "./cell.ts";
import { ConsumerNumbers, type NumberedConsumer } from "./consumer-numbers.ts";
import { encodeJsonFrame, frameTypes } from "./frames.ts";

/** What one process was told of, so that neither a consumer's settings nor a schema cross the pipe with every record. */
export class Introductions {
  readonly #consumers = new ConsumerNumbers();
  readonly #schemas = new SchemaShelf();

  /** The consumer's number in the process, and what must be said before the attempt that is asked for. */
  before({ consumer, schemas }: AttemptRequest): NumberedConsumer {
    const numbered = this.#consumers.numberOf(consumer);
    if (schemas === undefined) return numbered;
    const unknown = schemas.filter((schema) => this.#schemas.put(schema));
    if (unknown.length === 0) return numbered;
    const introduced = unknown.map((schema) => encodeJsonFrame(frameTypes.schema, schema));
    return { number: numbered.number, frames: [...numbered.frames, ...introduced] };
  }
}
