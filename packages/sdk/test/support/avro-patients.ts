import type { RawRecord, WriterSchema } from "../../src/codecs/index.ts";
import { parseAvroSchema } from "../../src/codecs/avro/parse-avro-schema.ts";
import { framed } from "./avro-bytes.ts";
import { avroData } from "./avro-schema-writer.ts";

const texts = (names: readonly string[]) => names.map((name) => ({ name, type: "string" }));
const source = {
  type: "record",
  name: "Source",
  fields: [...texts(["connector", "name", "db", "schema", "table"]), { name: "lsn", type: "long" }],
};
const row = {
  type: "record",
  name: "Value",
  fields: [
    { name: "id", type: "int" },
    { name: "do", type: "string" },
  ],
};
const envelope = {
  type: "record",
  name: "Envelope",
  namespace: "his.patient",
  fields: [
    { name: "before", type: ["null", row] },
    { name: "after", type: ["null", "Value"] },
    { name: "source", type: source },
    { name: "op", type: "string" },
  ],
};
const key = { type: "record", name: "Key", namespace: "his.patient", fields: [{ name: "id", type: "int" }] };
const envelopeType = parseAvroSchema(JSON.stringify(envelope));
const keyType = parseAvroSchema(JSON.stringify(key));

/** Ids of the schemas of patients' records in Avro. */
export const patientIds = { value: 1, key: 2, newKey: 3 } as const;

/** Those schemas, as a registry answers them. */
export const patientSchemas: readonly WriterSchema[] = [
  { ref: `id/${patientIds.value}`, language: "avro", text: JSON.stringify(envelope), references: [] },
  { ref: `id/${patientIds.key}`, language: "avro", text: JSON.stringify(key), references: [] },
  {
    ref: `id/${patientIds.newKey}`,
    language: "avro",
    text: JSON.stringify({ ...key, doc: "new" }),
    references: [],
  },
];

/** What is to be in a record. */
export interface AvroPatient {
  readonly id: number;
  readonly do?: string;
  readonly op?: "c" | "u";
  readonly lsn?: number;
  readonly keyId?: number;
}

/** A change of a patient in Avro, in Confluent's framing. */
export function avroPatient(offset: number, patient: AvroPatient): RawRecord {
  const { id, do: what = "nothing", op = "c", lsn = offset, keyId = patientIds.key } = patient;
  const place = { connector: "postgresql", name: "n", db: "his", schema: "his", table: "patient", lsn };
  const change = { before: null, after: { "his.patient.Value": { id, do: what } }, source: place, op };
  return {
    topic: "t",
    partition: 0,
    offset: BigInt(offset),
    timestampMs: 0,
    key: framed(keyId, avroData(keyType, { id })),
    value: framed(patientIds.value, avroData(envelopeType, change)),
    headers: [],
  };
}
