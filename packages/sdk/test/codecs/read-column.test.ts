import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileDecoding, decodeJson, readColumn } from "../../src/codecs/index.ts";
import type { RawRecord } from "../../src/codecs/index.ts";
import { fixtureFiles, fixturesFolder, fixturesMissing, recordedRecords } from "../support/fixtures.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

/** What decoding all of a record gives of its columns. */
function decodedColumns(record: RawRecord): readonly (readonly [string, unknown])[] {
  const { decoded } = decodeJson(record);
  return "operation" in decoded ? Object.entries(decoded.after ?? {}) : [];
}

const isMissing = fixturesFolder === null;

describe.skipIf(isMissing)(`recorded columns${isMissing ? ` (${fixturesMissing})` : ""}`, () => {
  test.each(isMissing ? [] : fixtureFiles("recorded").map((path) => path.replace(/^.*\//, "")))(
    "are read from %s one by one as all together",
    (file) => {
      let count = 0;
      for (const record of recordedRecords(file)) {
        for (const [column, value] of decodedColumns(record)) {
          expect(readColumn(record, column)).toEqual(value);
          count += 1;
        }
      }

      expect(count).toBeGreaterThan(50);
    },
  );
});

test("any row gives one column as it gives all", () => {
  const simple = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const value = fc.oneof(
    simple,
    fc.array(simple, { maxLength: 3 }),
    fc.dictionary(fc.string(), simple, { maxKeys: 3 }),
  );
  const rows = fc.dictionary(fc.string(), value, { minKeys: 1, maxKeys: 4 });

  fc.assert(
    fc.property(rows, fc.boolean(), (row, isSpaced) => {
      const text = isSpaced ? JSON.stringify(row, null, 2) : JSON.stringify(row);
      const record = recordOf(null, envelopeText("u", "null", text));
      for (const [column, decoded] of decodedColumns(record)) {
        expect(readColumn(record, column)).toEqual(decoded);
      }
      expect(readColumn(record, "a name that no row has")).toBeUndefined();
    }),
  );
});

test("a column has its schema's type, also before the schema is known, and its declared type without one", () => {
  const fields =
    '{"type":"int64","field":"id"},{"type":"int32","name":"io.debezium.time.Date","field":"day"}';
  const written = envelopeWithSchema(fields, envelopeText("c", "null", '{"id":7,"day":19782}'));
  const typed: RawRecord = { ...recordOf(null, written), topic: "read-column" };
  const plain = recordOf(null, envelopeText("c", "null", '{"id":7,"day":19782}'));
  const declared = compileDecoding({ tables: { "his.t": { day: "date" } } });

  expect([readColumn(typed, "day"), readColumn(typed, "day"), readColumn(typed, "id")]).toEqual([
    "2024-02-29",
    "2024-02-29",
    7n,
  ]);
  expect(readColumn(plain, "day", declared)).toBe("2024-02-29");
  expect(readColumn(plain, "day")).toBe(19_782);
});

test.each([
  ["a name that repeats", '{"a":1,"a":2}', 2],
  ["a name with escapes", '{"\\u0061":3}', 3],
  ["brackets and escaped quotation marks in a text before it", '{"b":"}\\",\\\\","a":4}', 4],
  ["an integer beyond 2^53", '{"a":9007199254740993}', 9_007_199_254_740_993n],
  ["a large value that did not change", '{"a":"__debezium_unavailable_value"}', undefined],
])("%s is read as it is decoded", (_, row, value) => {
  expect(readColumn(recordOf(null, envelopeText("u", "null", row)), "a")).toEqual(value);
});

test.each([
  ["a tombstone", null],
  ["a delete", envelopeText("d", '{"a":1}', "null")],
  ["no JSON", "{"],
  ["half a row", '{"op":"c","source":{"table":"t"},"after":{"a'],
  ["another family", '{"ts_ms":1}'],
  ["bytes with a schema's id", "\u0000\u0000\u0000\u0000\u0001"],
])("%s has no column, and nothing is thrown", (_, value) => {
  expect(readColumn(recordOf('{"a":1}', value), "a")).toBeUndefined();
});

test("of a row that is there twice the last one counts", () => {
  const twice = envelopeText("c", "null", '{"a":1}').replace(/\}$/, ',"after":{"a":2}}');

  expect(readColumn(recordOf(null, twice), "a")).toBe(2);
});

test("a flattened row gives its columns", () => {
  expect(readColumn(recordOf('{"id":1}', '{"id":1,"a":5,"__op":"c"}'), "a")).toBe(5);
});

test("a name of the prototype is a name like any other", () => {
  expect(readColumn(recordOf(null, envelopeText("c", "null", '{"__proto__":7}')), "__proto__")).toBe(7);
  expect(readColumn(recordOf(null, envelopeText("c", "null", '{"a":7}')), "__proto__")).toBeUndefined();
  expect(readColumn(recordOf(null, envelopeText("c", "null", '{"a":7}')), "constructor")).toBeUndefined();
});
