import { expect, test } from "vitest";
import { debeziumJson } from "../../src/codecs/index.ts";
import type { Change } from "../../src/index.ts";
import { envelopeText, envelopeWithSchema, recordOf, sourceText } from "../support/records.ts";

const decode = (key: string | null, value: string | null) => debeziumJson.decode(recordOf(key, value));

function changeOf(key: string | null, value: string): Change {
  const decoded = decode(key, value);
  if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
  return decoded;
}

test("an envelope without a schema becomes a change with exact integers", () => {
  const change = changeOf(
    '{"id":9007199254740993}',
    envelopeText("c", "null", '{"id":9007199254740993,"v":1.5}'),
  );

  expect(change).toEqual({
    operation: "insert",
    key: { id: 9_007_199_254_740_993n },
    before: null,
    after: { id: 9_007_199_254_740_993n, v: 1.5 },
    source: {
      connector: "postgresql",
      name: "shop",
      database: "his",
      schema: "his",
      table: "t",
      committedAtMs: 1_795_535_320_977,
      position: { kind: "postgresql", parts: [31_368_080n, 31_368_136n] },
      isSnapshot: false,
      transactionId: "828",
    },
    coordinates: { topic: "test.public.t", partition: 3, offset: 9_007_199_254_740_993n },
    unavailable: new Set(),
  });
});

test.each([
  ["r", "snapshot"],
  ["c", "insert"],
  ["u", "update"],
  ["t", "truncate"],
])("op %s is %s", (op, operation) => {
  expect(changeOf(null, envelopeText(op, "null", op === "t" ? "null" : "{}")).operation).toBe(operation);
});

test.each([
  ["a null value", null],
  [
    "a null payload beside its schema",
    '{"schema":{"type":"struct","optional":true,"name":"x.Value"},"payload":null}',
  ],
  ["the word null", "null"],
])("a tombstone is recognised as %s", (_name, value) => {
  expect(decode('{"id":1}', value)).toEqual({ notAChange: "tombstone" });
});

test.each([
  ["heartbeat", '{"ts_ms":1}'],
  [
    "heartbeat",
    '{"schema":{"type":"struct","name":"io.debezium.connector.common.Heartbeat"},"payload":{"ts_ms":1}}',
  ],
  ["transaction", '{"status":"BEGIN","id":"1:2","event_count":null,"data_collections":null,"ts_ms":1}'],
  ["transaction", '{"status":"END","id":"1:2","event_count":1,"data_collections":[],"ts_ms":1}'],
  ["message", `{"op":"m","ts_ms":1,"source":${sourceText},"message":{"prefix":"p","content":"eA=="}}`],
  ["notification", '{"id":"1","aggregate_type":"Initial Snapshot","type":"STARTED","additional_data":{}}'],
  [
    "schema_change",
    '{"source":{},"ts_ms":1,"databaseName":"d","schemaName":null,"ddl":"x","tableChanges":[]}',
  ],
])("a %s is not a change: %s", (kind, value) => {
  expect(decode(null, value)).toEqual({ notAChange: kind });
});

test.each([
  ["record.not_json", "{"],
  ["record.not_json", ""],
  ["record.not_json", "Struct{id=1}"],
  ["record.too_deep", "[".repeat(100_000)],
  ["record.not_a_change", "5"],
  ["record.not_a_change", "[]"],
  ["record.not_a_change", '{"id":1}'],
  ["record.not_a_change", '{"op":"c","source":{}}'],
  ["record.not_a_change", `{"op":"z","after":{},"source":${sourceText}}`],
  ["record.not_a_change", '{"op":"c","source":"x","after":{},"before":null}'],
  ["record.data_source_unknown", '{"op":"c","after":{},"source":{"connector":"mongodb"}}'],
  ["record.format_not_yet", "\u0000\u0000\u0000\u0000\u0001x"],
  [
    "record.not_a_change",
    '{"id":"1","specversion":"1.0","type":"io.debezium.connector.postgresql.DataChangeEvent","data":{}}',
  ],
  ["record.value_invalid", envelopeText("c", "null", "null")],
])("%s: %s", (code, value) => {
  expect(decode(null, value)).toMatchObject({ undecodable: code });
});

test("a schema's id in a header tells that the value is not JSON", () => {
  const record = { ...recordOf(null, "{}"), headers: [{ name: "__value_schema_id", value: null }] };

  expect(debeziumJson.decode(record)).toMatchObject({ undecodable: "record.format_not_yet" });
});

test("the same schema decodes again and again, and a new version of it is not mistaken for the old", () => {
  const text = (type: string, value: string): string =>
    envelopeWithSchema(
      `{"type":"${type}","optional":true,"field":"v"}`,
      envelopeText("c", "null", `{"v":${value}}`),
    );

  const values = ["int64:1", "int64:2", 'string:"x"', "int32:3", "int64:4"].map((version) => {
    const [type = "", value = ""] = version.split(":");
    return changeOf(null, text(type, value)).after?.["v"];
  });

  expect(values).toEqual([1n, 2n, "x", 3, 4n]);
});

test("a payload before its schema, or with text behind it, is decoded too", () => {
  const field = '{"type":"int64","optional":true,"field":"v"}';
  const envelope = envelopeText("c", "null", '{"v":1}');
  const usual = envelopeWithSchema(field, envelope);
  const schema = usual.slice('{"schema":'.length, usual.indexOf(',"payload":'));

  expect(changeOf(null, `{"payload":${envelope},"schema":${schema}}`).after).toEqual({ v: 1n });
  expect(changeOf(null, ` ${usual}`).after).toEqual({ v: 1n });
  expect(changeOf(null, `${usual} \n`).after).toEqual({ v: 1n });
  expect(decode(null, `${usual}}`)).toMatchObject({ undecodable: "record.not_json" });
  expect(decode(null, `${usual.slice(0, -1)},"x":1}`)).toHaveProperty("undecodable");
});

test("unchanged large values are absent and named, in each of their forms", () => {
  const placeholder = "__debezium_unavailable_value";
  const codes = JSON.stringify([...Buffer.from(placeholder)]);
  const after = `{"id":1,"t":"${placeholder}","b":"${Buffer.from(placeholder).toString("base64")}","x":"${Buffer.from(placeholder).toString("hex")}","h":"{\\"${placeholder}\\":\\"${placeholder}\\"}","m":{"${placeholder}":"${placeholder}"},"a":["${placeholder}"],"i":${codes},"u":["b68a35a7-17ad-35b3-af2a-ae46edb4545a"],"n":null,"o":["${placeholder}","y"]}`;

  const change = changeOf('{"id":1}', envelopeText("u", "null", after));

  expect([...change.unavailable]).toEqual(["t", "b", "x", "h", "m", "a", "i", "u"]);
  expect(change.after).toEqual({ id: 1, n: null, o: [placeholder, "y"] });
});

test.each([
  ["true", true],
  ['"first"', true],
  ['"incremental"', true],
  ["false", false],
  ['"false"', false],
  ["null", false],
])("source.snapshot %s says %s", (flag, isSnapshot) => {
  const value = envelopeText("u", "null", "{}").replace('"snapshot":null', `"snapshot":${flag}`);

  expect(changeOf(null, value).source.isSnapshot).toBe(isSnapshot);
});

test.each([
  ['"[null,\\"31368136\\"]"', '"lsn":31368136', [31_368_136n, 31_368_136n]],
  ["null", '"lsn":9223372036854775807', [9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n]],
  ["null", '"lsn":null', null],
  ['"nonsense"', '"lsn":null', null],
])("the position of sequence %s and %s", (sequence, lsn, parts) => {
  const value = envelopeText("u", "null", "{}")
    .replace(/"sequence":"\[.*?\]"/, `"sequence":${sequence}`)
    .replace('"lsn":31368136', lsn);

  expect(changeOf(null, value).source.position?.parts ?? null).toEqual(parts);
});

test("a column named __proto__ is a column", () => {
  const after = changeOf(null, envelopeText("c", "null", '{"__proto__":{"x":1}}')).after ?? {};

  expect(Object.keys(after)).toEqual(["__proto__"]);
  expect(Reflect.get(after, "x")).toBeUndefined();
});

test("a key that is no JSON gives no key, and a key without a schema takes the types of the row", () => {
  const value = envelopeWithSchema('{"type":"int64","field":"id"}', envelopeText("c", "null", '{"id":1}'));

  expect(changeOf("Struct{id=1}", value).key).toBeNull();
  expect(changeOf('{"id":1}', value).key).toEqual({ id: 1n });
});
