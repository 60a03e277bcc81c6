import { describe, expect, test } from "vitest";
import { compileDecoding, decodeJson, orderingKey } from "../../src/codecs/index.ts";
import type { RawRecord } from "../../src/codecs/index.ts";
import type { Change } from "../../src/index.ts";
import { recordOf } from "../support/records.ts";

type Headers = { readonly [name: string]: string };

const withHeaders = (record: RawRecord, headers: Headers): RawRecord => ({
  ...record,
  headers: Object.entries(headers).map(([name, value]) => ({ name, value: new TextEncoder().encode(value) })),
});

function changeOf(value: string, headers: Headers = {}): Change {
  const { decoded } = decodeJson(withHeaders(recordOf('{"id":1}', value), headers));
  if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
  return decoded;
}

describe("a flattened row", () => {
  test.each([
    ["snapshot", '{"id":1,"__op":"r"}', {}],
    ["insert", '{"id":1,"__op":"c"}', {}],
    ["update", '{"id":1}', { __op: "u" }],
    ["delete", '{"id":1,"__deleted":"true"}', {}],
    ["delete", '{"id":1,"__deleted":true,"__op":"d"}', {}],
    ["upsert", '{"id":1,"__deleted":"false"}', {}],
  ])("is a change of kind %s: %s", (operation, value, headers) => {
    const change = changeOf(value, headers);

    expect(change.operation).toBe(operation);
    expect(operation === "delete" ? change.before : change.after).toEqual({ id: 1 });
    expect(operation === "delete" ? change.after : change.before).toBeNull();
  });

  test("is known by its schema's name, and takes its columns' types from there", () => {
    const fields = '[{"type":"int64","field":"id"},{"type":"string","field":"__deleted"}]';
    const schema = `{"type":"struct","name":"a.b.Value","fields":${fields}}`;

    const change = changeOf(`{"schema":${schema},"payload":{"id":1,"__deleted":"false"}}`);

    expect(change).toMatchObject({ operation: "upsert", after: { id: 1n }, key: { id: 1n } });
    expect(change.source).toMatchObject({ connector: "", table: "", position: null, committedAtMs: null });
  });

  test("says where it comes from by its fields, else by its headers", () => {
    const byFields = changeOf(
      '{"id":1,"__op":"u","__table":"t","__source_file":"b.7","__source_pos":4,"__source_ts_ms":9,"__ts_ms":99}',
    );
    const byHeaders = changeOf('{"id":1}', { __op: "u", __source_scn: "7", __source_commit_scn: "8" });

    expect(byFields.source).toMatchObject({ connector: "mysql", table: "t", committedAtMs: 9 });
    expect(byFields.source.position).toEqual({ kind: "mysql", parts: [7n, 4n, 0n] });
    expect(byHeaders.source.position).toEqual({ kind: "oracle", parts: [8n, 7n] });
  });

  test("keeps columns of the table whose names begin like added ones", () => {
    expect(changeOf('{"__id":1,"__secret":"x","__op":"c"}').after).toEqual({ __id: 1, __secret: "x" });
  });

  test("is ordered by its own columns, unless they may be invented", () => {
    const record = (value: string): RawRecord => recordOf('{"id":1}', value);

    expect(orderingKey(record('{"id":1,"p":7,"__op":"u"}'), ["p"], "default")).toEqual({ key: "[7]" });
    expect(orderingKey(record('{"id":1,"p":7,"__deleted":"true"}'), ["p"], "default")).toEqual({
      fault: "record.key_unavailable",
    });
    expect(orderingKey(record('{"id":1,"p":7,"__deleted":"true"}'), ["p"], "full")).toEqual({ key: "[7]" });
    expect(orderingKey(record('{"id":1,"__op":"u"}'), ["p"], "full")).toEqual({
      fault: "record.key_unavailable",
    });
  });
});

describe("a flattened row without any added field", () => {
  const context = { "__debezium.context.connectorName": "his" };
  const decodedOf = (key: string | null, value: string, headers: Headers = {}) =>
    decodeJson(withHeaders(recordOf(key, value), headers));

  test.each([
    ['{"id":1}', '{"id":1,"name":"Ann"}'],
    ['{"a":9007199254740993,"b":"x"}', '{"b":"x","a":9007199254740993,"c":null}'],
    ['{"n":{"scale":1,"value":"AQ=="}}', '{"n":{"scale":1,"value":"AQ=="},"op":"x"}'],
  ])("is known by its key, all of which it holds: %s in %s", (key, value) => {
    const { format, decoded } = decodedOf(key, value);

    expect(format).toBe("debezium-json-flattened");
    expect(decoded).toMatchObject({ operation: "upsert", before: null });
  });

  test("is known by the headers that only changes have", () => {
    expect(decodedOf(null, '{"name":"Ann"}', context).decoded).toMatchObject({
      operation: "upsert",
      after: { name: "Ann" },
    });
  });

  test("is known when all its columns were declared", () => {
    const decoding = compileDecoding({ tables: { "*": { name: "text", day: "date" } } });
    const record = recordOf(null, '{"name":"Ann","day":19782}');

    expect(decodeJson(record, decoding).decoded).toMatchObject({ after: { name: "Ann", day: "2024-02-29" } });
    expect(decodeJson(recordOf(null, '{"name":"Ann","more":1}'), decoding).decoded).toHaveProperty(
      "undecodable",
      "record.not_a_change",
    );
  });

  test.each([
    ["another value in it", '{"id":2}', '{"id":1,"name":"Ann"}'],
    ["no such column", '{"id":1}', '{"name":"Ann"}'],
    ["no columns", "{}", '{"name":"Ann"}'],
    ["a text for a key", "1", '{"id":1}'],
    ["half an envelope", '{"op":"x"}', '{"op":"x","after":{"id":1}}'],
    ["a source", '{"id":1}', '{"id":1,"source":{}}'],
  ])("is none with %s: %s beside %s", (_, key, value) => {
    expect(decodedOf(key, value).decoded).toHaveProperty("undecodable", "record.not_a_change");
  });

  test("is ordered by its own columns, as it is decoded", () => {
    expect(orderingKey(recordOf('{"id":1}', '{"id":1,"p":7}'), ["p"], null)).toEqual({ key: "[7]" });
    expect(orderingKey(recordOf('{"id":1}', '{"id":2,"p":7}'), ["p"], null)).toEqual({ key: '{"id":1}' });
  });

  test("says what added fields say of the place and the transaction", () => {
    const place = '"__change_lsn":"00000027:00000758:0003","__commit_lsn":"00000027:00000758:0005"';
    const block =
      '"__transaction_id":"tx","__transaction_total_order":3,"__transaction_data_collection_order":1';
    const value = `{"id":1,"__op":"u",${place},"__event_serial_no":2,${block}}`;

    expect(changeOf(value)).toMatchObject({
      after: { id: 1 },
      source: { connector: "sqlserver", transactionId: "tx" },
      transactionPlace: { totalOrder: 3, tableOrder: 1 },
    });
    expect(changeOf(value).source.position?.parts.at(-1)).toBe(2n);
  });
});

describe("a CloudEvent", () => {
  const attributes = {
    ...{ id: "1", source: "/debezium/sqlserver/his", specversion: "1.0", time: "2026-01-01T00:00:00Z" },
    type: "io.debezium.connector.sqlserver.DataChangeEvent",
    ...{
      iodebeziumop: "u",
      iodebeziumname: "his",
      iodebeziumtsms: "1578923739738",
      iodebeziumsnapshot: "false",
    },
    ...{ iodebeziumdb: "db", iodebeziumschema: "dbo", iodebeziumtable: "t" },
    ...{ iodebeziumcommitlsn: "00000027:00000758:0005", iodebeziumchangelsn: "00000027:00000758:0003" },
    iodebeziumeventserialno: "2",
    ...{ iodebeziumtxid: "tx", iodebeziumtxtotalorder: "3", iodebeziumtxdatacollectionorder: "1" },
  };
  const data = { before: { id: 1, v: "a" }, after: { id: 1, v: "b" } };
  const expected = {
    ...{ operation: "update", before: { id: 1, v: "a" }, after: { id: 1, v: "b" } },
    source: { connector: "sqlserver", table: "t", committedAtMs: 1_578_923_739_738, transactionId: "tx" },
    transactionPlace: { totalOrder: 3, tableOrder: 1 },
  };

  test("is read with its attributes beside the data", () => {
    const change = changeOf(JSON.stringify({ ...attributes, data }));

    expect(change).toMatchObject(expected);
    expect(change.source.position?.parts).toHaveLength(5);
  });

  test("is read with its attributes in the headers", () => {
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]),
    );

    expect(changeOf(JSON.stringify(data), headers)).toMatchObject(expected);
  });

  test("may have attributes in capitals", () => {
    const place = { iodebeziumlsn: "29274832", iodebeziumtxId: "565" };
    const type = "io.debezium.connector.postgresql.DataChangeEvent";
    const event = { id: "1", source: "/d", specversion: "1.0", type, iodebeziumop: "c", ...place, data };

    expect(changeOf(JSON.stringify(event)).source).toMatchObject({
      transactionId: "565",
      position: { parts: [29_274_832n, 29_274_832n] },
    });
  });

  test("takes its columns' types from the schema inside of the data", () => {
    const row = '{"type":"struct","field":"after","fields":[{"type":"int64","field":"id"}]}';
    const schema: unknown = JSON.parse(`{"type":"struct","fields":[${row}]}`);
    const wrapped = { schema, payload: { before: null, after: { id: 1 } } };

    expect(changeOf(JSON.stringify({ ...attributes, data: wrapped })).after).toEqual({ id: 1n });
  });

  test("whose operation is lost is no change, and says what to do", () => {
    const { iodebeziumop: _op, ...rest } = attributes;
    const { format, decoded } = decodeJson(recordOf(null, JSON.stringify({ ...rest, data })));

    expect(format).toBe("cloudevents-json");
    expect(decoded).toMatchObject({
      undecodable: "record.not_a_change",
      detail: expect.stringContaining("iodebeziumop"),
    });
  });

  test("is ordered by the row in it", () => {
    const record = recordOf(null, JSON.stringify({ ...attributes, data }));

    expect(orderingKey(record, ["v"], null)).toEqual({ key: '["b"]' });
  });
});
