import { expect, test } from "vitest";
import { debeziumJson, readMeta, RecordCodec } from "../../src/codecs/index.ts";
import { envelopeText, recordOf, sourceText } from "../support/records.ts";

const codec = new RecordCodec(new Map());

test("what a record says that is no change is read with its place", () => {
  const value = `{"op":"m","source":${sourceText},"message":{"prefix":"p","content":"aGVsbG8="}}`;

  const { decoded, content } = codec.find(recordOf('{"prefix":"p"}', value));

  expect(decoded).toEqual({ notAChange: "message" });
  expect(readMeta(content ?? {})).toMatchObject({
    fields: { message: { prefix: "p", content: "aGVsbG8=" } },
    source: { connector: "postgresql", transactionId: "828", position: { kind: "postgresql" } },
  });
});

test("a heartbeat has no place, and a change has no such content", () => {
  const heartbeat = codec.find(recordOf(null, '{"ts_ms":9007199254740993}'));

  expect(readMeta(heartbeat.content ?? {})).toEqual({
    fields: { ts_ms: 9_007_199_254_740_993n },
    source: null,
  });
  expect(codec.find(recordOf(null, envelopeText("c", "null", '{"id":1}')))).not.toHaveProperty("content");
  expect(codec.find(recordOf('{"id":1}', null))).not.toHaveProperty("content");
});

test.each([
  [
    '{"version":"0.8.3","server_id":1,"ts_sec":1486501486,"file":"b.000003","pos":154,"table":"t"}',
    "mysql",
    1_486_501_486_000,
  ],
  ['{"version":"0.8.3","ts_sec":0,"file":"b.000003","pos":154,"table":"t"}', "mysql", null],
  [
    '{"version":"0.9.5","ts_usec":1570208093526123,"txId":5,"lsn":7,"table":"t"}',
    "postgresql",
    1_570_208_093_526,
  ],
  ['{"version":"0.8.3","ts_ms":7,"scn":5,"txId":"6.28.807"}', "oracle", 7],
  ['{"version":"0.8.3","ts_ms":7,"change_lsn":"00000027:00000758:0003"}', "sqlserver", 7],
  ['{"db":"d","table":"t"}', "", null],
])("a source of long ago is known by its fields: %s", (source, connector, committedAtMs) => {
  const value = `{"op":"c","before":null,"after":{"id":1},"source":${source}}`;

  expect(debeziumJson.decode(recordOf('{"id":1}', value))).toMatchObject({
    operation: "insert",
    source: { connector, committedAtMs },
  });
});

test("a source that names neither a connector nor a table is none", () => {
  const value = '{"op":"c","after":{"id":1},"source":{"db":"d"}}';

  expect(debeziumJson.decode(recordOf(null, value))).toHaveProperty("undecodable", "record.not_a_change");
});
