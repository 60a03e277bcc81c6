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

test("another family is named", () => {
  expect(described('{"key":{"id":1}}')).toEqual({ family: "tombstone", codec: "debezium-json" });
  expect(described('{"value":{"id":"s1","type":"execute-snapshot","data":{}}}')).toMatchObject({
    family: "signal",
  });
});

test("what does not fit is named with its column, and never with its value", () => {
  const schema =
    '{"type":"struct","name":"x.Envelope","fields":[{"type":"struct","field":"after","fields":[{"type":"int32","field":"age"}]}]}';
  const line = `{"value":{"schema":${schema},"payload":{"op":"c","before":null,"after":{"age":"Maria"},"source":${source}}}}`;

  expect(described(line)).toEqual({
    failure: { code: "record.value_invalid", path: "age", detail: "The column age is not an integer." },
  });
});
