import fc from "fast-check";
import { expect, test } from "vitest";
import { debeziumJson, orderingKey } from "../../src/codecs/index.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

const secret = "very-secret-value";
const samples = [
  envelopeText("c", "null", `{"id":9007199254740993,"t":"${secret}"}`),
  envelopeText("d", `{"id":1,"t":"${secret}"}`, "null"),
  envelopeWithSchema(
    '{"type":"int64","field":"id"},{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},"field":"d"},{"type":"int32","name":"io.debezium.time.Date","field":"t"}',
    envelopeText("u", `{"id":1,"d":12.5,"t":"${secret}"}`, '{"id":1,"d":"BNI=","t":19782}'),
  ),
];

function check(key: Uint8Array | null, value: Uint8Array | null): void {
  const record = { ...recordOf(null, null), key, value };

  const decoded = debeziumJson.decode(record);
  const lane = orderingKey(record, ["id"], "full");

  expect("operation" in decoded || "notAChange" in decoded || "undecodable" in decoded).toBe(true);
  expect("key" in lane || "fault" in lane).toBe(true);
  expect("undecodable" in decoded ? decoded.detail : "").not.toContain(secret);
}

test("random bytes never throw", () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 200 }));
  expect(() => fc.assert(fc.property(bytes, bytes, check))).not.toThrow();
});

test("any JSON as key and value never throws", () => {
  const text = fc.json().map((json) => new TextEncoder().encode(json));
  expect(() => fc.assert(fc.property(text, text, check))).not.toThrow();
});

test("a record with bytes changed, cut or doubled never throws and never shows a value", () => {
  const mutation = fc.record({
    sample: fc.constantFrom(...samples),
    at: fc.nat(),
    cut: fc.nat({ max: 30 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom('"', "{", "}", "[", ",", "1e9", "null", '"x"', "-1", "\\")
        .map((text) => new TextEncoder().encode(text)),
    ),
  });
  const property = fc.property(mutation, ({ sample, at, cut, put }) => {
    const bytes = Buffer.from(sample);
    const start = at % bytes.length;
    const value = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + cut)]);
    check(value, value);
    check(Buffer.from('{"id":1}'), value);
  });

  expect(() => fc.assert(property, { numRuns: 3000 })).not.toThrow();
}, 60_000);
