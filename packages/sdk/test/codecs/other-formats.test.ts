import { describe, expect, test } from "vitest";
import { decodeJson, orderingKey } from "../../src/codecs/index.ts";
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
