import { describe, expect, test } from "vitest";
import { parseAvroSchema } from "../../../src/codecs/avro/parse-avro-schema.ts";
import { compileDecoding, debeziumJson, RecordCodec } from "../../../src/codecs/index.ts";
import type { RawRecord, RecordFormat, WriterSchema } from "../../../src/codecs/index.ts";
import type { Change } from "../../../src/index.ts";
import { avroData } from "../../support/avro-schema-writer.ts";
import { framed } from "../../support/avro-bytes.ts";
import { fixturesFolder, fixturesMissing, linesOf } from "../../support/fixtures.ts";
import { envelopeText, recordOf } from "../../support/records.ts";

const source = {
  type: "record",
  name: "Source",
  fields: ["connector", "name", "db", "schema", "table"].map((name) => ({ name, type: "string" })),
};
const row = {
  type: "record",
  name: "Value",
  fields: [
    { name: "id", type: "int" },
    { name: "name", type: "string" },
  ],
};
const envelope = {
  type: "record",
  name: "Envelope",
  namespace: "s.t",
  fields: [
    { name: "before", type: ["null", row] },
    { name: "after", type: ["null", "Value"] },
    { name: "source", type: source },
    { name: "op", type: "string" },
  ],
};
const keySchema = { type: "record", name: "Key", namespace: "s.t", fields: [{ name: "id", type: "int" }] };
const inserted = {
  before: null,
  after: { "s.t.Value": { id: 7, name: "Ann" } },
  source: { connector: "postgresql", name: "n", db: "d", schema: "s", table: "t" },
  op: "c",
};

const schema = (id: number, written: unknown, language: WriterSchema["language"] = "avro"): WriterSchema => ({
  ref: `id/${id}`,
  language,
  text: typeof written === "string" ? written : JSON.stringify(written),
  references: [],
});
const codecOf = (schemas: readonly WriterSchema[], format?: RecordFormat): RecordCodec =>
  new RecordCodec(new Map(schemas.map((one) => [one.ref, one])), format);
const data = (written: unknown, value: unknown): Uint8Array =>
  avroData(parseAvroSchema(JSON.stringify(written)), value);

const known = [schema(1, envelope), schema(2, keySchema)];
const record: RawRecord = {
  ...recordOf(null, null),
  key: framed(2, data(keySchema, { id: 7 })),
  value: framed(1, data(envelope, inserted)),
};

test("an envelope in Avro becomes a change, and is said to be one", () => {
  const found = codecOf(known).find(record);

  expect(found).toMatchObject({
    format: "debezium-avro",
    schema: { ref: "id/1", layout: "confluent" },
    decoded: { operation: "insert", key: { id: 7 }, after: { id: 7, name: "Ann" }, source: { table: "t" } },
  });
});

test("the eight bytes of Apicurio name the schema as well", () => {
  const global = { ...schema(1, envelope), ref: "global/1" };
  const eight = { ...record, value: framed(1, data(envelope, inserted), 8) };

  expect(codecOf([...known, global]).find(eight)).toMatchObject({
    schema: { ref: "global/1", layout: "apicurio" },
    decoded: { operation: "insert" },
  });
});

test("a row that was flattened in Avro is an upsert", () => {
  const flat = { ...record, value: framed(3, data({ ...row, namespace: "s.t" }, { id: 7, name: "Ann" })) };

  expect(codecOf([...known, schema(3, { ...row, namespace: "s.t" })]).find(flat)).toMatchObject({
    format: "debezium-avro-flattened",
    decoded: { operation: "upsert", key: { id: 7 }, after: { id: 7, name: "Ann" } },
  });
});

test("formats may be mixed in one topic, and between key and value", () => {
  const codec = codecOf(known);
  const jsonValue = Buffer.from(envelopeText("c", "null", '{"id":7}'));
  const keys = [
    codec.decode({ ...record, key: Buffer.from('{"id":7}') }),
    codec.decode({ ...record, value: jsonValue }),
    codec.decode({ ...record, key: Buffer.from('{"id":7}'), value: jsonValue }),
  ].map((decoded) => (decoded as Change).key);

  expect(keys).toEqual([{ id: 7 }, { id: 7 }, { id: 7 }]);
});

test("a key of bytes beside a value in JSON is opaque, whatever schema it seems to name", () => {
  const value = Buffer.from(envelopeText("c", "null", '{"id":7}'));
  const decoded = codecOf(known).decode({ ...record, key: Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 1]), value });

  expect(decoded).toMatchObject({ operation: "insert", key: null });
});

test("JSON decodes as ever", () => {
  const plain = recordOf('{"id":1}', envelopeText("d", '{"id":1}', "null"));

  expect(codecOf([]).decode(plain)).toEqual(debeziumJson.decode(plain));
  expect(codecOf([]).find(recordOf(null, null)).decoded).toEqual({ notAChange: "tombstone" });
});

describe("a record is refused by name", () => {
  test.each<[string, RawRecord, RecordCodec]>([
    ["record.schema_unknown", record, codecOf([])],
    ["record.schema_unknown", record, codecOf([schema(1, envelope)])],
    ["record.schema_invalid", record, codecOf([schema(1, '{"type":"record"}'), schema(2, keySchema)])],
    ["record.binary_invalid", { ...record, value: framed(1, Uint8Array.from([9])) }, codecOf(known)],
    ["record.framing_invalid", { ...record, value: Uint8Array.from([0, 1]) }, codecOf(known)],
    ["record.not_a_change", { ...record, value: framed(2, data(keySchema, { id: 1 })) }, codecOf(known)],
    [
      "record.not_json",
      { ...record, value: framed(3, Buffer.from("{")) },
      codecOf([...known, schema(3, "{}", "json-schema")]),
    ],
    ["record.format_unexpected", record, codecOf(known, "json")],
    ["record.format_unexpected", record, codecOf(known, "protobuf")],
    ["record.format_unexpected", recordOf(null, "{}"), codecOf(known, "avro")],
    [
      "record.format_not_yet",
      { ...record, headers: [{ name: "apicurio.value.encoding", value: Buffer.from("JSON") }] },
      codecOf(known),
    ],
  ])("%s", (code, refused, codec) => {
    const first = codec.find(refused).decoded;

    expect(first).toMatchObject({ undecodable: code });
    expect(codec.find(refused).decoded).toEqual(first);
    expect(JSON.stringify(first)).not.toContain("Ann");
  });

  test("and read where the consumer reads just that", () => {
    expect(codecOf(known, "avro").decode(record)).toMatchObject({ operation: "insert" });
    expect(codecOf([], "json").decode(recordOf(null, envelopeText("c", "null", "{}")))).toMatchObject({
      operation: "insert",
    });
  });
});

test("the ordering key of a record in Avro is that of its twin in JSON", () => {
  const twin = recordOf('{"id":7}', envelopeText("c", "null", '{"id":7,"name":"Ann"}'));
  const codec = codecOf(known);
  const keyBy = (of: RawRecord, ...columns: string[]) =>
    codec.orderingKey(of, { columns, replicaIdentity: null });

  for (const columns of [["id"], ["name"], ["id", "name"], ["nothing"]])
    expect(keyBy(record, ...columns)).toEqual(keyBy(twin, ...columns));
  expect(codecOf([]).orderingKey(record, { columns: ["id"], replicaIdentity: null })).toHaveProperty("fault");
});

interface PublishedLine {
  readonly path: string;
  readonly key: unknown;
  readonly value: { readonly base64?: string; readonly avro_schema?: unknown } | null;
  readonly note: string;
}

const isMissing = fixturesFolder === null;
describe.skipIf(isMissing)(`published records in Avro${isMissing ? ` (${fixturesMissing})` : ""}`, () => {
  const lines = isMissing
    ? []
    : linesOf(`${fixturesFolder}/debezium/avro.jsonl`).map((line) => JSON.parse(line) as PublishedLine);

  test("bytes of a running connector decode to what was published of them", () => {
    const { base64 = "", avro_schema } = lines.find(({ value }) => value?.base64 !== undefined)?.value ?? {};
    const value = new Uint8Array(Buffer.from(base64, "base64"));
    const decoded = codecOf([schema(6, avro_schema)]).decode({ ...recordOf(null, null), value });

    expect(decoded).toMatchObject({
      operation: "snapshot",
      after: { id: 1001, first_name: "Sally", last_name: "Thomas", email: "sally.thomas@acme.com" },
      source: { connector: "mysql", table: "customers", snapshot: "first_in_table" },
    });
  });

  test("what a connector wrote in Avro's encoding as JSON decodes to the same values from its binary one", () => {
    const [schemas, ...others] = lines.filter(({ path }) => path.endsWith("debezium_compact_avro_json.1"));
    const codec = codecOf([schema(1, schemas?.value), schema(2, schemas?.key)]);
    const rows = others.map(({ key, value }) => {
      const bytes = value === null ? null : framed(1, data(schemas?.value, value));
      return codec.decode({ ...recordOf(null, null), key: framed(2, data(schemas?.key, key)), value: bytes });
    });

    const bob = {
      order_id: 1,
      order_date: 1_558_430_840_000n,
      customer_name: "Bob",
      price: null,
      order_status: 1,
    };
    expect(rows).toMatchObject([
      { operation: "snapshot", key: { order_id: 1 }, after: { ...bob, product_id: 1 } },
      {
        operation: "snapshot",
        key: { order_id: 3 },
        after: { order_id: 3, customer_name: "Alice", product_id: 2 },
      },
      { operation: "update", key: { order_id: 1 }, after: { ...bob, product_id: 3 }, before: null },
      { notAChange: "tombstone" },
    ]);
  });
});

test("what is declared of records without a schema counts for those in JSON beside the framed ones", () => {
  const decoding = compileDecoding({ tables: { "*": { id: "bigint" } }, tombstones: "delete" });
  const codec = new RecordCodec(new Map(known.map((one) => [one.ref, one])), "auto", decoding);
  const text = envelopeText("c", "null", '{"id":7}');

  const inJson = codec.decode(recordOf('{"id":7}', text));
  const inAvro = codec.decode(record);
  const tombstone = codec.decode({ ...recordOf('{"id":7}', null), topic: "s.t" });

  expect(inJson).toMatchObject({ operation: "insert", after: { id: 7n } });
  expect(inAvro).toMatchObject({ operation: "insert", after: { id: 7 } });
  expect(tombstone).toMatchObject({ operation: "delete", key: { id: expect.anything() } });
});

describe("a tombstone in Avro", () => {
  const tombstone: RawRecord = { ...record, value: null };
  const asDelete = (schemas: readonly WriterSchema[]): RecordCodec =>
    new RecordCodec(
      new Map(schemas.map((one) => [one.ref, one])),
      "auto",
      compileDecoding({ tombstones: "delete" }),
    );

  test("is a delete of its key where that is asked for", () => {
    expect(asDelete(known).decode(tombstone)).toMatchObject({ operation: "delete", key: { id: 7 } });
    expect(codecOf(known).decode(tombstone)).toEqual({ notAChange: "tombstone" });
  });

  test("is never dropped for want of its schema", () => {
    expect(asDelete([]).decode(tombstone)).toHaveProperty("undecodable", "record.schema_unknown");
    expect(codecOf([]).decode(tombstone)).toEqual({ notAChange: "tombstone" });
  });

  test("shows its key", () => {
    expect(codecOf(known).key(tombstone)).toEqual({ format: "avro", value: { id: 7 } });
    expect(codecOf([]).key(tombstone)).toMatchObject({ format: "bytes" });
  });
});

test("a schema that is named without an id is said to be, and JSON beside such a name is JSON", () => {
  const headers = ["apicurio.value.groupId", "apicurio.value.artifactId"].map((name) => ({
    name,
    value: new TextEncoder().encode("his"),
  }));
  const json = recordOf('{"id":7}', envelopeText("c", "null", '{"id":7}'));

  expect(codecOf([]).decode({ ...record, value: Uint8Array.of(2, 4), headers })).toMatchObject({
    undecodable: "record.format_not_yet",
    detail: expect.stringContaining("Apicurio"),
  });
  expect(codecOf([]).decode({ ...json, headers })).toMatchObject({ operation: "insert" });
});
