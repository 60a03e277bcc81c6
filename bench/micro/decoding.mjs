// Decoding of values that carry their schema, and of the bench's own records.
import { debeziumJson, orderingKey } from "@gluttony/sdk/codecs";
import { compare } from "./compare.mjs";
import { rawRecord } from "./raw-record.mjs";

const record = recordWithSchema();
const text = Buffer.from(record.value).toString("utf8");
compare(`value of ${record.value.length} bytes with its schema`, {
  "JSON.parse of the whole value": () => JSON.parse(text),
  "decode with schema": () => debeziumJson.decode(record),
  "ordering key from the record key": () => orderingKey(record, ["patient_id"], "default"),
});

const plain = rawRecord(77);
const plainText = Buffer.from(plain.value).toString("utf8");
compare(`value of ${plain.value.length} bytes without a schema`, {
  "JSON.parse of the whole value": () => JSON.parse(plainText),
  "bytes to text and JSON.parse": () => JSON.parse(Buffer.from(plain.value).toString("utf8")),
  decode: () => debeziumJson.decode(plain),
});

function recordWithSchema() {
  const columns = Array.from({ length: 30 }, (_, index) => ({
    type: "string",
    optional: true,
    field: `column_${index}`,
  }));
  const row = {
    type: "struct",
    optional: true,
    name: "bench.Value",
    fields: [
      { type: "string", optional: false, field: "patient_id" },
      { type: "int64", optional: true, field: "row_seq" },
      ...columns,
    ],
  };
  const source = {
    type: "struct",
    optional: false,
    name: "io.debezium.connector.postgresql.Source",
    field: "source",
    fields: ["connector", "name", "db", "schema", "table"].map((field) => ({
      type: "string",
      optional: false,
      field,
    })),
  };
  const schema = {
    type: "struct",
    optional: false,
    name: "bench.Envelope",
    fields: [
      { ...row, field: "before" },
      { ...row, field: "after" },
      source,
      { type: "string", optional: false, field: "op" },
    ],
  };
  const after = {
    patient_id: "P0000000001",
    row_seq: 42,
    ...Object.fromEntries(columns.map(({ field }, index) => [field, `value ${index}`])),
  };
  const payload = {
    before: null,
    after,
    source: { connector: "postgresql", name: "n", db: "d", schema: "his", table: "t" },
    op: "u",
  };
  const key = {
    schema: {
      type: "struct",
      optional: false,
      fields: [{ type: "string", optional: false, field: "patient_id" }],
    },
    payload: { patient_id: "P0000000001" },
  };
  return {
    topic: "t",
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    headers: [],
    key: Buffer.from(JSON.stringify(key)),
    value: Buffer.from(JSON.stringify({ schema, payload })),
  };
}
