// Decoding of one change in Avro: our reader beside `avsc`, which makes code for each schema, and the whole way to a change.
// Values of two kinds: each record the same, and each record another one.
import { deepEqual } from "node:assert/strict";
import avsc from "avsc";
import { RecordCodec } from "@gluttony/sdk/codecs";
import { planOf } from "../../packages/sdk/dist/codecs/avro/avro-plan.js";
import { parseAvroSchema } from "../../packages/sdk/dist/codecs/avro/parse-avro-schema.js";
import { readAvro } from "../../packages/sdk/dist/codecs/avro/read-avro.js";
import { compare } from "./compare.mjs";

const optional = (type) => ["null", type];
const texts = Array.from({ length: 20 }, (_, index) => ({ name: `text_${index}`, type: optional("string") }));
const row = {
  type: "record",
  name: "Value",
  fields: [
    { name: "patient_id", type: "string" },
    { name: "row_seq", type: "long" },
    { name: "ward", type: optional({ type: "int", "connect.type": "int16" }) },
    { name: "is_open", type: "boolean" },
    { name: "weight", type: optional("double") },
    {
      name: "admitted_at",
      type: optional({ type: "long", "connect.name": "io.debezium.time.MicroTimestamp" }),
    },
    ...texts,
  ],
};
const schema = {
  type: "record",
  name: "Envelope",
  namespace: "his.patient",
  fields: [
    { name: "before", type: optional(row) },
    { name: "after", type: optional("Value") },
    {
      name: "source",
      type: {
        type: "record",
        name: "Source",
        fields: [
          ...["version", "connector", "name", "snapshot", "db", "schema", "table"].map((name) => ({
            name,
            type: "string",
          })),
          ...["ts_ms", "txId", "lsn"].map((name) => ({ name, type: "long" })),
        ],
      },
    },
    { name: "op", type: "string" },
    { name: "ts_ms", type: optional("long") },
  ],
};

const text = JSON.stringify(schema);
const theirs = avsc.Type.forSchema(schema);
const plan = planOf(parseAvroSchema(text));
const codec = new RecordCodec(new Map([["id/1", { ref: "id/1", language: "avro", text, references: [] }]]));

for (const [title, count] of [
  ["the same record each time", 1],
  ["500 records in turn", 500],
]) {
  const values = Array.from({ length: count }, (_, index) => theirs.toBuffer(changeOf(index)));
  const records = values.map(recordOf);
  for (const value of values)
    deepEqual(readAvro(plan, value, 0), JSON.parse(JSON.stringify(theirs.fromBuffer(value))));
  const next = counterTo(count);
  compare(`${title}, ${values[0].length} bytes`, {
    "avsc, to its own records": () => theirs.fromBuffer(values[next()]),
    "our reader, to what JSON would hold": () => readAvro(plan, values[next()], 0),
    "decode, to the change that a handler gets": () => codec.decode(records[next()]),
  });
}

function counterTo(count) {
  let at = 0;
  return () => (at = (at + 1) % count);
}

function changeOf(index) {
  const after = {
    patient_id: `P${String(index).padStart(9, "0")}`,
    row_seq: 1_000_000 + index,
    ward: index % 30,
    is_open: index % 2 === 0,
    weight: 60 + index / 8,
    admitted_at: 1_795_535_320_977_000 + index,
    ...Object.fromEntries(
      texts.map(({ name }, at) => [name, at % 5 === 0 ? null : `value ${at} of ${index}`]),
    ),
  };
  const source = {
    version: "3.6.1.Final",
    connector: "postgresql",
    name: "his",
    snapshot: "false",
    db: "his",
    schema: "his",
    table: "patient",
    ts_ms: 1_795_535_320_977 + index,
    txId: 800 + index,
    lsn: 31_368_080 + index,
  };
  return { before: null, after, source, op: "u", ts_ms: 1_795_535_321_000 + index };
}

function recordOf(value, index) {
  const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), value]);
  return {
    topic: "t",
    partition: 0,
    offset: BigInt(index),
    timestampMs: 0,
    headers: [],
    key: null,
    value: framed,
  };
}
