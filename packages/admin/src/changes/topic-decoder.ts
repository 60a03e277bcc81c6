import type { Consumer } from "@gluttony/model";
import {
  compileDecoding,
  type RawRecord,
  RecordCodec,
  schemasNamedBy,
  type WriterSchema,
} from "@gluttony/sdk/codecs";
import type { ChangeReader } from "../change-ports.ts";

/** Decodes the records of one topic as its consumer would, for as long as one request lasts. */
export class TopicDecoder {
  readonly #schemas = new Map<string, WriterSchema>();
  /** Schemas that cannot be had; each is asked for once. */
  readonly #missing = new Set<string>();
  readonly #reader: Pick<ChangeReader, "findSchema">;
  readonly codec: RecordCodec;

  constructor(reader: Pick<ChangeReader, "findSchema">, consumer: Consumer | null) {
    this.#reader = reader;
    const decoding = compileDecoding({
      ...consumer?.decoding,
      // So that the key of a tombstone can be told, too.
      tombstones: "delete",
      isIdentityFull: consumer?.delivery.replicaIdentity === "full",
    });
    this.codec = new RecordCodec(this.#schemas, "auto", decoding);
  }

  /** Gets the schemas that a record names; what cannot be had leaves it undecodable. */
  async prepare(record: RawRecord): Promise<void> {
    for (const { ref } of schemasNamedBy(record)) {
      if (this.#schemas.has(ref) || this.#missing.has(ref)) continue;
      const schema = await this.#reader.findSchema(ref);
      if (schema === null) this.#missing.add(ref);
      else this.#schemas.set(ref, schema);
    }
  }
}
