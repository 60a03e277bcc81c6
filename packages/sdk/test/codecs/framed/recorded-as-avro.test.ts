import { describe, expect, test } from "vitest";
import { debeziumJson, parseJson, RecordCodec } from "../../../src/codecs/index.ts";
import type { RawRecord, WriterSchema } from "../../../src/codecs/index.ts";
import { framed } from "../../support/avro-bytes.ts";
import { avroPayload, ConnectAsAvro, type ConnectJson } from "../../support/connect-as-avro.ts";
import { fixturesFolder, fixturesMissing, recordedRecords } from "../../support/fixtures.ts";

const isMissing = fixturesFolder === null;

/** Writes what was recorded in JSON with schema as the Avro converter would have written it. */
class AvroTwin {
  readonly #ids = new Map<string, number>();
  readonly schemas = new Map<string, WriterSchema>();

  of(record: RawRecord): RawRecord {
    return { ...record, key: this.#part(record.key), value: this.#part(record.value) };
  }

  #part(bytes: Uint8Array | null): Uint8Array | null {
    if (bytes === null) return null;
    const parsed = parseJson(bytes);
    if (!("value" in parsed)) throw new Error(parsed.fault);
    const { schema, payload } = parsed.value as unknown as { schema: ConnectJson; payload: never };
    return framed(this.#idOf(schema), avroPayload(schema, payload));
  }

  #idOf(schema: ConnectJson): number {
    const written = new ConnectAsAvro().schemaOf(schema);
    const text = JSON.stringify(written);
    const id = this.#ids.get(text) ?? this.#ids.size + 1;
    this.#ids.set(text, id);
    this.schemas.set(`id/${id}`, { ref: `id/${id}`, language: "avro", text, references: [] });
    return id;
  }
}

describe.skipIf(isMissing)(`recorded events${isMissing ? ` (${fixturesMissing})` : ""}`, () => {
  test.each([
    "postgres-json-schema.jsonl",
    "postgres-json-schema-modes-string-iso.jsonl",
    "mariadb-json-schema.jsonl",
  ])("every record of %s that is written in Avro decodes to the same as in JSON", (file) => {
    const twin = new AvroTwin();
    let changes = 0;

    for (const record of recordedRecords(file)) {
      if (!isWrapped(record)) continue;
      const inAvro = twin.of(record);
      const found = new RecordCodec(twin.schemas).decode(inAvro);
      const inJson = debeziumJson.decode(record);

      expect(found, record.note).toEqual(inJson);
      if ("operation" in inJson) changes += 1;
    }

    expect(changes).toBeGreaterThan(20);
  });
});

/** Signals are written by people, and have no schema. */
function isWrapped({ key, value }: RawRecord): boolean {
  const isPart = (bytes: Uint8Array | null): boolean =>
    bytes === null || Buffer.from(bytes).toString().startsWith('{"schema":{');
  return isPart(key) && isPart(value);
}
