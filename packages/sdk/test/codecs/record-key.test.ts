import { expect, test } from "vitest";
import { keyColumns, orderingKey } from "../../src/codecs/index.ts";
import { envelopeText, recordOf, sourceText } from "../support/records.ts";

const insert = envelopeText("c", "null", '{"id":7,"patient_id":"P1","big":9007199254740993}');

test("without columns the key is the bytes of the record key", () => {
  expect(orderingKey(recordOf('{"id":"é"}', null), [], null)).toEqual({
    key: Buffer.from('{"id":"é"}').toString("latin1"),
  });
  expect(orderingKey(recordOf(null, insert), [], null)).toEqual({ key: null });
});

test("with columns the key is their values in the order asked for, from the record key with or without a schema", () => {
  const schema = '{"type":"struct","fields":[{"type":"int64","field":"id"}],"name":"k.Key"}';
  const plain = recordOf('{"id":9007199254740993,"code":"x"}', insert);
  const wrapped = recordOf(`{"schema":${schema},"payload":{"id":9007199254740993,"code":"x"}}`, insert);

  expect(orderingKey(plain, ["code", "id"], null)).toEqual({ key: '["x",9007199254740993]' });
  expect(orderingKey(wrapped, ["code", "id"], null)).toEqual({ key: '["x",9007199254740993]' });
});

test("a text and a number are different keys", () => {
  const text = orderingKey(recordOf('{"id":"1"}', null), ["id"], null);
  const number = orderingKey(recordOf('{"id":1}', null), ["id"], null);

  expect(text).not.toEqual(number);
});

test("separators in values make no two keys alike", () => {
  const left = orderingKey(recordOf('{"a":"1","b":"2,3"}', null), ["a", "b"], null);
  const right = orderingKey(recordOf('{"a":"1,2","b":"3"}', null), ["a", "b"], null);

  expect(left).not.toEqual(right);
});

test("columns that the record key lacks come from the row after", () => {
  expect(orderingKey(recordOf('{"id":7}', insert), ["patient_id", "big"], null)).toEqual({
    key: '["P1",9007199254740993]',
  });
  expect(orderingKey(recordOf(null, insert), ["id"], null)).toEqual({ key: "[7]" });
});

test("the row before counts only with replica identity FULL", () => {
  const record = recordOf('{"id":7}', envelopeText("d", '{"id":7,"patient_id":"P1"}', "null"));

  expect(orderingKey(record, ["patient_id"], "full")).toEqual({ key: '["P1"]' });
  expect(orderingKey(record, ["patient_id"], "default")).toEqual({ fault: "record.key_unavailable" });
  expect(orderingKey(record, ["patient_id"], null)).toEqual({ fault: "record.key_unavailable" });
});

test("a column that is nowhere, or not in the log, is a fault", () => {
  const toast = envelopeText("u", "null", '{"id":7,"patient_id":"__debezium_unavailable_value"}');

  expect(orderingKey(recordOf('{"id":7}', insert), ["nope"], null)).toEqual({
    fault: "record.key_unavailable",
  });
  expect(orderingKey(recordOf('{"id":7}', toast), ["patient_id"], null)).toEqual({
    fault: "record.key_unavailable",
  });
  expect(orderingKey(recordOf('{"id":7}', "{"), ["patient_id"], null)).toEqual({
    fault: "record.key_unavailable",
  });
});

test("a record key that cannot be read is a fault", () => {
  expect(orderingKey(recordOf("Struct{id=7}", insert), ["id"], null)).toEqual({
    fault: "record.key_invalid",
  });
});

test("a record without a row falls back to its key's bytes", () => {
  expect(orderingKey(recordOf('{"id":7}', null), ["patient_id"], null)).toEqual({ key: '{"id":7}' });
  expect(orderingKey(recordOf("x", null), ["patient_id"], null)).toEqual({ key: "x" });
  expect(orderingKey(recordOf('{"serverName":"s"}', '{"ts_ms":1}'), ["id"], null)).toEqual({
    key: '{"serverName":"s"}',
  });
  expect(orderingKey(recordOf(null, `{"op":"t","source":${sourceText}}`), ["id"], null)).toEqual({
    key: null,
  });
});

test("the columns of a key are exact", () => {
  expect(keyColumns(new TextEncoder().encode('{"id":9223372036854775807}'))).toEqual({
    id: 9_223_372_036_854_775_807n,
  });
  expect(keyColumns(new TextEncoder().encode("text"))).toBeNull();
  expect(keyColumns(new TextEncoder().encode("5"))).toBeNull();
});
