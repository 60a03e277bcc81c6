import { describe, expect, test } from "vitest";
import { comparePositions, debeziumJson, orderingKey } from "../../src/codecs/index.ts";
import type { Change } from "../../src/index.ts";
import {
  fixtureFiles,
  fixturesFolder,
  fixturesMissing,
  linesOf,
  recordedRecords,
} from "../support/fixtures.ts";
import { decimalText } from "../support/decimal-text.ts";
import { recordOf } from "../support/records.ts";

const isMissing = fixturesFolder === null;

/** The changes of one table in a recording, decoded, with the step that made them. */
function changesIn(file: string, table: string): readonly (Change & { readonly note: string })[] {
  return recordedRecords(file).flatMap((record) => {
    const decoded = debeziumJson.decode(record);
    if (!("operation" in decoded) || decoded.source.table !== table) return [];
    return [{ ...decoded, note: record.note }];
  });
}

/** The row of the type zoo with this id. */
function zooRow(file: string, id: number): { readonly [column: string]: unknown } {
  const change = changesIn(file, "type_zoo").find(({ after }) => after?.["id"] === id);
  const entries = Object.entries(change?.after ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(decimalText) : decimalText(value),
    ]),
  );
}

describe.skipIf(isMissing)(`recorded events${isMissing ? ` (${fixturesMissing})` : ""}`, () => {
  test.each([
    ["postgres-json-schema.jsonl", { snapshot: 29, insert: 37, update: 11, delete: 12, truncate: 2 }],
    [
      "postgres-json-noschema-readonly.jsonl",
      { snapshot: 21, insert: 27, update: 12, delete: 12, truncate: 2 },
    ],
    ["postgres-json-schema-modes-string-iso.jsonl", { snapshot: 6, insert: 9, update: 5, delete: 3 }],
  ])("every change in %s decodes", (file, expected) => {
    const counts = new Map<string, number>();
    const undecodable: string[] = [];
    for (const record of recordedRecords(file)) {
      const decoded = debeziumJson.decode(record);
      if ("undecodable" in decoded) undecodable.push(decoded.undecodable);
      if ("operation" in decoded) counts.set(decoded.operation, (counts.get(decoded.operation) ?? 0) + 1);
    }

    expect(undecodable).toEqual([]);
    expect(Object.fromEntries(counts)).toEqual(expected);
  });

  test("flattened rows are the same changes as envelopes, but for what flattening drops", () => {
    const table = "patient";
    const flat = changesIn("postgres-json-flat.jsonl", table);
    const [deleted] = flat.filter(({ note }) => note === "delete-default-identity");
    const [inserted] = flat.filter(({ note }) => note === "insert");
    const pair = flat.filter(({ note }) => note === "primary-key-change");

    expect(new Set(flat.map(({ source }) => source.connector))).toEqual(new Set(["postgresql"]));
    expect(
      flat.flatMap(({ after }) => Object.keys(after ?? {})).filter((name) => name.startsWith("__")),
    ).toEqual([]);
    expect(deleted).toMatchObject({ operation: "delete", key: { id: 3 }, before: { id: 3 }, after: null });
    expect(inserted).toMatchObject({
      ...{ operation: "insert", key: { id: 9_007_199_254_740_995n }, before: null },
      source: { schema: "his", table, transactionId: "826", committedAtMs: 1_795_535_317_945 },
    });
    expect(inserted?.source.position?.parts.at(-1)).toBe(31_367_640n);
    expect(pair.map(({ keyChange }) => keyChange)).toEqual([
      { role: "old", otherKey: { id: 9_007_199_254_740_997n } },
      { role: "new", otherKey: { id: 9_007_199_254_740_995n } },
    ]);
  });

  test.each([100, 200])("the values of MariaDB's type zoo, row %i, are those that were inserted", (id) => {
    expect(zooRow("mariadb-json-schema.jsonl", id)).toEqual({
      ...{ id, label: "normal", c_tiny: -128, c_tiny1: 1, c_utiny: 255, c_bool: 1 },
      ...{ c_small: -32_768, c_usmall: 65_535, c_medium: -8_388_608 },
      ...{ c_int: -2_147_483_648, c_uint: 4_294_967_295n, c_zf: 42n },
      c_big: 9_223_372_036_854_775_807n,
      c_ubig: "18446744073709551615",
      ...{ c_float: expect.closeTo(0.1, 6), c_double: 0.1 },
      c_dec: "12345678901234567890.012345678901234567890123456789",
      c_udec: "1.10",
      ...{ c_bit1: true, c_bit10: 0b10_1010_1010n },
      ...{ c_char: "ab", c_varchar: "vc", c_text: "text ☃", c_latin: "é" },
      c_bin: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
      c_varbin: Uint8Array.of(0, 0xff),
      c_blob: Uint8Array.of(1, 2),
      c_json: '{"b":1,"a":[1.10,9007199254740993]}',
      ...{ c_enum: "y,z", c_set: ["a", "b"] },
      ...{ c_date: "2026-02-28", c_time: "-100:59:59", c_time6: "12:34:56.123456" },
      c_dt: "2026-02-28T12:00:00",
      c_dt3: "2026-02-28T12:00:00.123",
      c_dt6: "9999-12-31T23:59:59.999999",
      c_ts: "2026-02-28T12:00:00Z",
      c_ts6: "2026-02-28T12:00:00.123456Z",
      c_uuid: "00000000-0000-4000-8000-0000000000ff",
      c_point: expect.objectContaining({ x: 1.5, y: -2, wkb: expect.any(Uint8Array) }),
    });
  });

  test("MariaDB's old rows are whole, its positions are in order, and a changed key is paired", () => {
    const changes = recordedRecords("mariadb-json-schema.jsonl").flatMap((record) => {
      const decoded = debeziumJson.decode(record);
      return "operation" in decoded ? [decoded] : [];
    });
    const streamed = changes.filter(
      ({ source, keyChange }) =>
        source.snapshot === undefined && source.table === "patient" && keyChange?.role !== "new",
    );
    const orders = streamed.slice(1).map(({ source }, index) => {
      const before = streamed[index]?.source.position ?? null;
      return before === null || source.position === null ? null : comparePositions(before, source.position);
    });
    const pair = changes.filter(
      ({ keyChange, source }) => keyChange !== undefined && source.table === "patient",
    );

    expect(new Set(orders)).toEqual(new Set([-1]));
    expect(pair.map(({ operation, keyChange }) => [operation, keyChange?.role])).toEqual([
      ["delete", "old"],
      ["insert", "new"],
    ]);
    expect(pair.map(({ keyChange }) => keyChange?.otherKey)).toEqual([
      { id: 18_446_744_073_709_551_609n },
      { id: 18_446_744_073_709_551_610n },
    ]);
    expect(changes.filter(({ operation, before }) => operation === "update" && before === null)).toEqual([]);
  });

  test("no line of any fixture throws, nor does its ordering key", () => {
    for (const file of fixtureFiles("debezium")) {
      for (const line of linesOf(file)) {
        const json = JSON.parse(line) as { key: unknown; value: unknown };
        const [, value = "null"] = /"value":(.*),"note":".*?"\}$/s.exec(line) ?? [];
        const record = recordOf(json.key === null ? null : JSON.stringify(json.key), value);
        expect(() => debeziumJson.decode(record)).not.toThrow();
        expect(() => orderingKey(record, ["id"], "full")).not.toThrow();
      }
    }
  });

  test.each([100, 200])("the values of the type zoo's row %i are those that were inserted", (id) => {
    expect(zooRow("postgres-json-schema.jsonl", id)).toMatchObject({
      c_smallint: -32_768,
      c_int: 2_147_483_647,
      c_bigint: 9_223_372_036_854_775_807n,
      c_real: 0.1,
      c_double: 0.1,
      c_numeric: expect.stringMatching(/^123456789012345678901234567890\.1234567890123456789/),
      c_numeric_38_10: "12345678901234567890.0123456789",
      c_numeric_5_0: "99999",
      c_numeric_neg: expect.stringMatching(/^12300(\.0+)?$/),
      c_money: "1234.56",
      c_oid: 4_294_967_295n,
      c_bool: true,
      c_char: "ab   ",
      c_text: "text ☃",
      c_bytea: new Uint8Array([0xde, 0xad, 0xbe, 0xef, 0, 0xff]),
      c_bit1: true,
      c_bit8: 0b1010_1010n,
      c_varbit: 0b101n,
      c_date: "2026-02-28",
      c_time: "23:59:59.999999",
      c_time0: "12:34:56",
      c_time3: "12:34:56.789",
      c_timetz: "07:04:56.123456Z",
      c_ts: "2026-02-28T23:59:59.999999",
      c_ts0: "2026-02-28T12:00:00",
      c_ts3: "2026-02-28T12:00:00.123",
      c_tstz: "2026-02-28T06:30:00.123456Z",
      c_uuid: "00000000-0000-4000-8000-0000000000ff",
      c_jsonb: '{"a": [1.10, 9007199254740993], "b": 1, "n": null}',
      c_enum: "F",
      c_inet: "10.0.0.1/24",
      a_int: [1, null, 3],
      a_bigint: [9_223_372_036_854_775_807n, -1n],
      a_text: ["a", "b,c", null, ""],
      a_numeric: ["1.10", null, "-99999999.99"],
      a_bool: [true, false, null],
      a_date: ["2026-01-01", null],
      a_ts: ["2026-01-01T00:00:00.123456"],
      a_uuid: ["00000000-0000-4000-8000-000000000001"],
      a_double: [0.1, Number.NaN, Number.POSITIVE_INFINITY],
      a_bytea: [new Uint8Array([0xde, 0xad])],
    });
  });

  test.each([
    ["postgres-json-schema.jsonl", 102, "infinity"],
    ["postgres-json-schema.jsonl", 202, "infinity"],
    ["postgres-json-schema.jsonl", 203, "-infinity"],
    ["postgres-json-schema-modes-string-iso.jsonl", 102, "infinity"],
    ["postgres-json-schema-modes-string-iso.jsonl", 202, "infinity"],
    ["postgres-json-schema-modes-string-iso.jsonl", 103, "-infinity"],
    ["postgres-json-schema-modes-string-iso.jsonl", 203, "-infinity"],
  ])("in %s row %i is %s, in the snapshot as in the stream, alone as in arrays", (file, id, infinite) => {
    const columns = ["c_date", "c_ts", "c_ts0", "c_ts3", "c_tstz", "a_date", "a_ts", "a_tstz"];
    const row = zooRow(file, id);

    expect(new Set(columns.flatMap((column) => row[column]))).toEqual(new Set([infinite]));
  });

  test("the extremes keep all their digits", () => {
    expect(zooRow("postgres-json-schema.jsonl", 204)).toMatchObject({
      c_double: Number.NaN,
      c_date: "-4712-01-01",
      c_time: "24:00:00",
      c_bigint: -9_223_372_036_854_775_808n,
      c_numeric_38_10: "-9999999999999999999999999999.9999999999",
      c_money: "-92233720368547758.08",
    });
    expect(zooRow("postgres-json-schema.jsonl", 205)).toMatchObject({
      c_date: "+5874897-12-31",
      c_ts: "9999-12-31T23:59:59.999999",
      c_numeric: "0.000000000000000000000000000001",
      c_bit8: 0n,
      a_int: [],
      c_bytea: new Uint8Array(),
    });
  });

  test.each(["postgres-json-schema.jsonl", "postgres-json-noschema-readonly.jsonl"])(
    "in %s unchanged large values are named and absent",
    (file) => {
      const change = changesIn(file, "toasty").find(
        ({ note }) => note === "toasty-update-all-toast-unchanged-default-identity",
      );

      expect([...(change?.unavailable ?? [])].sort()).toEqual([
        "a_bigint",
        "a_date",
        "a_int",
        "a_nd",
        "a_text",
        "a_uuid",
        "t_bytea",
        "t_hstore",
        "t_json",
        "t_jsonb",
        "t_range",
        "t_text",
        "t_varchar",
        "t_xml",
      ]);
      expect(change?.after).not.toHaveProperty("t_text");
    },
  );

  test("a delete under the default identity keeps only its key, one under FULL the whole row", () => {
    const [patient] = changesIn("postgres-json-schema.jsonl", "patient").filter(
      ({ note }) => note === "delete-default-identity",
    );
    const [visit] = changesIn("postgres-json-schema.jsonl", "visit").filter(
      ({ operation }) => operation === "delete",
    );

    expect(patient?.before).toEqual({ id: 3n });
    expect(visit?.before).toMatchObject({
      patient_id: 2n,
      started: "2026-03-29T02:30:00",
      ended: null,
      during: null,
    });
  });
});
