import { expect, test } from "vitest";
import { describeRecord } from "../../src/change/describe-record.ts";
import { recordOfLine } from "../../src/change/record-of-line.ts";

const source =
  '{"connector":"postgresql","name":"his","db":"his","schema":"public","table":"patient","lsn":20,"txId":7,"sequence":"[\\"10\\",\\"20\\"]","ts_ms":5}';

const described = (line: string): unknown => describeRecord(recordOfLine(line, 1));

test("a change is shown with exact numbers", () => {
  const after = '{"id":9007199254740993,"small":1,"text":"a","none":null,"list":[1,null]}';

  expect(
    described(
      `{"key":{"id":9007199254740993},"value":{"op":"u","before":null,"after":${after},"source":${source}}}`,
    ),
  ).toEqual({
    family: "change",
    codec: "debezium-json",
    keyCodec: "json",
    op: "u",
    connector: "postgresql",
    table: "his.public.patient",
    key: { id: "9007199254740993" },
    before: null,
    after: { id: "9007199254740993", small: 1, text: "a", none: null, list: [1, null] },
    unavailable: [],
    doubtful: ["none"],
    position: { kind: "postgresql", parts: ["10", "20"] },
    snapshot: null,
    transaction: { id: "7" },
    committedAtMs: 5,
  });
});

test("decimals, bytes and what JSON has no number for are texts", () => {
  const fields =
    '[{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},"field":"d"},{"type":"bytes","field":"b"},{"type":"double","field":"f"}]';
  const schema = `{"type":"struct","name":"x.Envelope","fields":[{"type":"struct","field":"after","fields":${fields}}]}`;
  const payload = `{"op":"c","before":null,"after":{"d":"BNI=","b":"3q0=","f":"NaN"},"source":${source}}`;

  expect(described(`{"value":{"schema":${schema},"payload":${payload}}}`)).toMatchObject({
    after: { d: "12.34", b: "3q0=", f: "NaN" },
  });
});

test("another family is named, with its key and what it says", () => {
  const boundary =
    '{"status":"END","id":"7:20","event_count":2,"data_collections":[{"data_collection":"his.t","event_count":2}],"ts_ms":5}';

  expect(described('{"key":{"id":9007199254740993}}')).toEqual({
    family: "tombstone",
    codec: "debezium-json",
    keyCodec: "json",
    key: { id: "9007199254740993" },
  });
  expect(described('{"key":{"id":1},"value":"null"}')).toMatchObject({ family: "tombstone", key: { id: 1 } });
  expect(described('{"value":{"id":"s1","type":"execute-snapshot","data":{}}}')).toEqual({
    family: "signal",
    codec: "debezium-json",
    key: null,
    content: { id: "s1", type: "execute-snapshot", data: {} },
  });
  expect(described(`{"key":{"id":"7:20"},"value":${boundary}}`)).toMatchObject({
    family: "transaction",
    key: { id: "7:20" },
    content: { status: "END", event_count: 2, data_collections: [{ event_count: 2 }] },
  });
});

test("a message of the log is a change without a row, with its place", () => {
  const message = '{"prefix":"audit","content":"aGVsbG8="}';

  expect(
    described(
      `{"key":{"prefix":"audit"},"value":{"op":"m","ts_ms":5,"source":${source},"message":${message}}}`,
    ),
  ).toMatchObject({
    ...{ family: "change", op: "m", key: { prefix: "audit" }, before: null, after: null },
    position: { kind: "postgresql", parts: ["10", "20"] },
    transaction: { id: "7" },
    content: { message: { prefix: "audit", content: "aGVsbG8=" } },
  });
});

test.each([
  ['"true"', "true"],
  ["true", "true"],
  ['"first"', "first"],
  ['"first_in_data_collection"', "first_in_data_collection"],
  ['"last_in_data_collection"', "last_in_data_collection"],
  ['"last"', "last"],
  ['"incremental"', "incremental"],
  ["null", "true"],
])("a row of a snapshot says which in Debezium's words: %s is %s", (written, shown) => {
  const place = source.replace("{", `{"snapshot":${written},`);
  const value = `{"op":"r","before":null,"after":{"id":1},"source":${place}}`;

  expect(described(`{"key":{"id":1},"value":${value}}`)).toMatchObject({ op: "r", snapshot: shown });
});

test("what is not of ours is foreign", () => {
  const mongo = '{"op":"c","after":"{}","source":{"connector":"mongodb","collection":"c"}}';

  expect(described('{"value":{"hello":1}}')).toMatchObject({
    family: "foreign",
    failure: { code: "record.not_a_change" },
  });
  expect(described(`{"value":${mongo}}`)).toMatchObject({
    family: "foreign",
    failure: { code: "record.data_source_unknown" },
  });
});

test("a key that is no struct is shown as what it is", () => {
  const value = `{"op":"c","before":null,"after":{"id":1},"source":${source}}`;
  const key = (bytes: Buffer): unknown =>
    described(`{"key_base64":"${bytes.toString("base64")}","value":${value}}`);

  expect(key(Buffer.from("Struct{id=1}"))).toMatchObject({ keyCodec: "string", key: "Struct{id=1}" });
  expect(key(Buffer.from("9007199254740993"))).toMatchObject({ keyCodec: "json", key: "9007199254740993" });
  expect(key(Buffer.from([0, 0, 0, 7]))).toMatchObject({ keyCodec: "bytes", key: "AAAABw==" });
});

test("what does not fit is named with its column, and never with its value", () => {
  const schema =
    '{"type":"struct","name":"x.Envelope","fields":[{"type":"struct","field":"after","fields":[{"type":"int32","field":"age"}]}]}';
  const line = `{"value":{"schema":${schema},"payload":{"op":"c","before":null,"after":{"age":"Maria"},"source":${source}}}}`;

  expect(described(line)).toEqual({
    failure: { code: "record.value_invalid", path: "age", detail: "The column age is not an integer." },
  });
});
