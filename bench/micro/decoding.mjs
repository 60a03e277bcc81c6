// Decoding of values that carry their schema, and of the bench's own records.
import { debeziumJson, orderingKey, readColumn } from "@gluttony/sdk/codecs";
import { compare } from "./compare.mjs";
import { rawRecord } from "./raw-record.mjs";

const record = recordWithSchema();
const text = Buffer.from(record.value).toString("utf8");
compare(`value of ${record.value.length} bytes with its schema`, {
  "JSON.parse of the whole value": () => JSON.parse(text),
  "decode with schema": () => debeziumJson.decode(record),
  "ordering key from the record key": () => orderingKey(record, ["patient_id"], "default"),
});
compare(`one column of ${record.value.length} bytes with their schema`, {
  "decode all": () => debeziumJson.decode(record),
  "read the last column": () => readColumn(record, "column_29"),
});

const plain = rawRecord(77);
const plainText = Buffer.from(plain.value).toString("utf8");
const plainColumn = Object.keys(JSON.parse(plainText).after).at(-1);
compare(`value of ${plain.value.length} bytes without a schema`, {
  "JSON.parse of the whole value": () => JSON.parse(plainText),
  "bytes to text and JSON.parse": () => JSON.parse(Buffer.from(plain.value).toString("utf8")),
  decode: () => debeziumJson.decode(plain),
});
compare(`one column of ${plain.value.length} bytes without a schema`, {
  "decode all": () => debeziumJson.decode(plain),
  "read a column": () => readColumn(plain, plainColumn),
});

const typed = typedRecord();
compare(
  `one column of ${typed.value.length} bytes with their schema, 60 typed columns`,
  {
    "decode all": () => debeziumJson.decode(typed),
    "read the last column": () => readColumn(typed, "time_59"),
  },
  { perRound: 1_000 },
);

/** Decimals, dates and times by turns: every column needs its decoder. */
function typedRecord() {
  const kinds = [
    { kind: "decimal", type: "bytes", name: "org.apache.kafka.connect.data.Decimal", value: "BNI=" },
    { kind: "day", type: "int32", name: "io.debezium.time.Date", value: 19_782 },
    { kind: "time", type: "int64", name: "io.debezium.time.MicroTimestamp", value: 1_772_280_000_123_456 },
  ];
  const parameters = { scale: "2" };
  const columns = Array.from({ length: 60 }, (_, index) => {
    const { kind, type, name, value } = kinds[index % kinds.length];
    return { schema: { type, name, parameters, optional: true, field: `${kind}_${index}` }, value };
  });
  const row = columns.map(({ schema }) => schema);
  return recordOfRow(row, Object.fromEntries(columns.map(({ schema, value }) => [schema.field, value])));
}

function recordWithSchema() {
  const columns = Array.from({ length: 30 }, (_, index) => ({
    type: "string",
    optional: true,
    field: `column_${index}`,
  }));
  const own = [
    { type: "string", optional: false, field: "patient_id" },
    { type: "int64", optional: true, field: "row_seq" },
  ];
  return recordOfRow([...own, ...columns], {
    patient_id: "P0000000001",
    row_seq: 42,
    ...Object.fromEntries(columns.map(({ field }, index) => [field, `value ${index}`])),
  });
}

function recordOfRow(fields, after) {
  const row = { type: "struct", optional: true, name: "bench.Value", fields };
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
