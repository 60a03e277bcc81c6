// Speed as ratios within one run. Every figure stands beside a control, the same work against itself: a ratio is
// believed only as far as the control stays near 1.
import { debeziumJson, orderingKey } from "@gluttony/sdk/codecs";

const rounds = 15;
const perRound = 3_000;

const record = recordWithSchema();
const text = Buffer.from(record.value).toString("utf8");
const works = {
  "JSON.parse of the whole value": () => JSON.parse(text),
  "decode with schema": () => debeziumJson.decode(record),
  "ordering key from the record key": () => orderingKey(record, ["patient_id"], "default"),
};
const baseline = "JSON.parse of the whole value";

const medians = new Map(Object.keys(works).map((name) => [name, []]));
const control = [];
for (let round = 0; round < rounds; round += 1) {
  // Interleaved, so that what else the machine does meets all alike.
  for (const [name, work] of Object.entries(works)) medians.get(name).push(timeOf(work));
  control.push(timeOf(works[baseline]));
}
const base = median(medians.get(baseline));
process.stdout.write(`value of ${record.value.length} bytes, ${rounds} rounds of ${perRound}\n`);
for (const [name, times] of medians) {
  const micros = (median(times) / perRound) * 1_000;
  process.stdout.write(
    `${name.padEnd(36)} ${micros.toFixed(2).padStart(8)} µs  ${(median(times) / base).toFixed(2)} ×\n`,
  );
}
process.stdout.write(
  `control: the baseline against itself        ${(median(control) / base).toFixed(2)} ×\n`,
);

function timeOf(work) {
  const startedMs = performance.now();
  for (let count = 0; count < perRound; count += 1) work();
  return performance.now() - startedMs;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

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
