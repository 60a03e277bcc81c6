import { describe, expect, test } from "vitest";
import { debeziumJson, debeziumJsonWith, isUnavailable } from "../../src/codecs/index.ts";
import type { ConnectorModes, DecodingOptions } from "../../src/codecs/index.ts";
import type { Change, ColumnValue } from "../../src/index.ts";
import { decimalText } from "../support/decimal-text.ts";
import { fixturesFolder, fixturesMissing, recordedRecords } from "../support/fixtures.ts";
import { typeZoo } from "../support/type-zoo.ts";
import { envelopeText, recordOf } from "../support/records.ts";

/** One value of a column `v` of this type, in a record without a schema. */
function decode(type: string, value: string, modes: Partial<ConnectorModes> = {}): ColumnValue | undefined {
  const codec = debeziumJsonWith({ tables: { "his.t": { v: type } }, modes });
  const decoded = codec.decode(recordOf(null, envelopeText("c", "null", `{"v":${value}}`)));
  if ("undecodable" in decoded) throw new Error(decoded.detail);
  return "after" in decoded ? decoded.after?.["v"] : undefined;
}

test.each([
  ["bigint", "7", 7n],
  ["bigint not known to be small", "7", 7],
  ["integer", "7", 7],
  ["oid", "4294967295", 4_294_967_295n],
  ["boolean", "true", true],
  ["bit(1)", "true", true],
  ["bit(10)", '"qgI="', 682n],
  ["bit varying(12)", '"BQ=="', 5n],
  ["real", '"NaN"', Number.NaN],
  ["double precision", "0.5", 0.5],
  ["bytea", '"3q0="', Uint8Array.of(0xde, 0xad)],
  ["date", "19782", "2024-02-29"],
  ["date", "-2147472692", "infinity"],
  ["time without time zone", "86400000000", "24:00:00"],
  ["time(3) without time zone", "45296789", "12:34:56.789"],
  ["time(0)", "45296000", "12:34:56"],
  ["timetz", '"07:04:56Z"', "07:04:56Z"],
  ["timestamp without time zone", "1709210096123456", "2024-02-29T12:34:56.123456"],
  ["timestamp(3) without time zone", "1709210096789", "2024-02-29T12:34:56.789"],
  ["timestamp with time zone", '"infinity"', "infinity"],
  ["interval", "3600000000", 3_600_000_000n],
  ["uuid", '"00000000-0000-4000-8000-000000000001"', "00000000-0000-4000-8000-000000000001"],
  ["jsonb", '"{\\"a\\": 1.10}"', '{"a": 1.10}'],
  ["character varying(20)", '"a"', "a"],
  ["his.sex", '"F"', "F"],
  ["bigint[]", "[1,null,9007199254740993]", [1n, null, 9_007_199_254_740_993n]],
  ["timestamp(3) without time zone[]", "[0]", ["1970-01-01T00:00:00"]],
  ["date[]", "[19782]", ["2024-02-29"]],
  ["point", '{"x":1,"y":2,"wkb":"AQ==","srid":null}', { x: 1, y: 2, wkb: Uint8Array.of(1), srid: null }],
  ["vector(2)", "[0.5,1]", [0.5, 1]],
])("%s: %s", (type, value, expected) => {
  expect(decode(type, value)).toEqual(expected);
});

test.each([
  ["numeric(10,2)", '"BNI="', {}, "12.34"],
  ["numeric(10,2)", "12.5", {}, "12.50"],
  ["numeric(10,2)", "12345678901234567890.12", {}, "12345678901234567890.12"],
  ["numeric", '{"scale":1,"value":"BNI="}', {}, "123.4"],
  ["money", '"BNI="', {}, "12.34"],
  ["numeric(10,2)[]", '["BNI="]', {}, ["12.34"]],
  ["numeric", '"1.50"', { decimal: "string" }, "1.50"],
  ["numeric[]", '["1.50"]', { decimal: "string" }, ["1.50"]],
  ["numeric", '"NAN"', { decimal: "string" }, "NaN"],
  ["numeric", '"NEGATIVE_INFINITY"', { decimal: "string" }, "-Infinity"],
  ["numeric(10,2)", "12.5", { decimal: "double" }, 12.5],
  ["bytea", '"dead"', { binary: "hex" }, Uint8Array.of(0xde, 0xad)],
  ["bytea", '"3q0="', { binary: "base64" }, Uint8Array.of(0xde, 0xad)],
  ["bytea", '"-_8"', { binary: "base64-url-safe" }, Uint8Array.of(0xfb, 0xff)],
  ["hstore", '{"a":null}', { hstore: "map" }, { a: null }],
  ["hstore", '"{\\"a\\":null}"', {}, '{"a":null}'],
  ["interval", '"P1Y2M"', { interval: "string" }, "P1Y2M"],
  ["date", "19782", { time: "connect" }, "2024-02-29"],
  ["time", "45296789", { time: "connect" }, "12:34:56.789"],
  ["timestamp", "1709210096789", { time: "connect" }, "2024-02-29T12:34:56.789"],
  ["time(0)", "45296000000", { time: "microseconds" }, "12:34:56"],
  ["timestamp(0)", "1709210096000000", { time: "microseconds" }, "2024-02-29T12:34:56"],
  ["timestamp", "1709210096123456789", { time: "nanoseconds" }, "2024-02-29T12:34:56.123456789"],
  ["time(3)", "45296789000", { time: "adaptive_time_microseconds" }, "12:34:56.789"],
  ["date", '"2024-02-29Z"', { time: "isostring" }, "2024-02-29"],
  ["timestamp", '"2024-02-29T12:34:56Z"', { time: "isostring" }, "2024-02-29T12:34:56"],
  ["date", '{"year":-4712,"month":1,"day":1}', { time: "structured" }, "-4712-01-01"],
  ["time", '{"hour":24,"minute":0,"second":0,"nanos":0}', { time: "structured" }, "24:00:00"],
  [
    "timestamp",
    '{"year":2024,"month":2,"day":29,"hour":1,"minute":2,"second":3,"nanos":4000}',
    { time: "structured" },
    "2024-02-29T01:02:03.000004",
  ],
  ["timestamp", '{"specialValue":"POSITIVE_INFINITY"}', { time: "structured" }, "infinity"],
  ["timestamp", '{"specialValue":"-infinity"}', { time: "structured" }, "-infinity"],
  [
    "timetz",
    '{"hour":1,"minute":2,"second":3,"nanos":0,"offsetSeconds":-5400}',
    { time: "structured" },
    "01:02:03-01:30",
  ],
  [
    "timestamptz",
    '{"year":2024,"month":2,"day":29,"hour":1,"minute":2,"second":3,"nanos":0,"offsetSeconds":0}',
    { time: "structured" },
    "2024-02-29T01:02:03Z",
  ],
  ["interval", '{"months":14,"days":3}', { time: "structured" }, { months: 14, days: 3 }],
] as const)("%s: %s under %j", (type, value, modes, expected) => {
  const decoded = decode(type, value, modes);

  expect(Array.isArray(decoded) ? decoded.map(decimalText) : decimalText(decoded)).toEqual(expected);
});

test("any database: a column may be declared as the schema that the converter would write", () => {
  const v = { type: "int64", name: "io.debezium.time.NanoTimestamp" };
  const codec = debeziumJsonWith({ tables: { "*": { v } } });

  const decoded = codec.decode(recordOf(null, envelopeText("c", "null", '{"v":1}')));

  expect(decoded).toMatchObject({ after: { v: "1970-01-01T00:00:00.000000001" } });
});

test("the key and the old row take the declared types too, and other tables stay what JSON says", () => {
  const codec = debeziumJsonWith({ tables: { "his.t": { id: "bigint" }, "his.u": { id: "text" } } });
  const value = envelopeText("u", '{"id":1,"n":5}', '{"id":1,"n":5}');
  const other = value.replaceAll('"table":"t"', '"table":"x"');

  expect(codec.decode(recordOf('{"id":1}', value))).toMatchObject({
    key: { id: 1n },
    before: { id: 1n, n: 5 },
    after: { id: 1n, n: 5 },
  });
  expect(codec.decode(recordOf('{"id":1}', other))).toMatchObject({ key: { id: 1 }, after: { id: 1 } });
});

test("a value that does not fit what was declared is named by its column", () => {
  const codec = debeziumJsonWith({ tables: { "his.t": { v: "bigint" } } });

  const decoded = codec.decode(recordOf(null, envelopeText("c", "null", '{"v":"secret"}')));

  expect(decoded).toMatchObject({ undecodable: "record.value_invalid", path: "v" });
  expect(JSON.stringify(decoded)).not.toContain("secret");
});

test("a record's own schema is stronger than what was declared", () => {
  const field = '{"type":"int32","optional":true,"field":"v"}';
  const row = `{"type":"struct","fields":[${field}],"field":"after"}`;
  const value = `{"schema":{"type":"struct","fields":[${row}],"name":"x.Envelope"},"payload":${envelopeText("c", "null", '{"v":1}')}}`;

  expect(debeziumJsonWith({ tables: { "*": { v: "bigint" } } }).decode(recordOf(null, value))).toMatchObject({
    after: { v: 1 },
  });
});

describe("tombstones", () => {
  const codec = debeziumJsonWith({ tombstones: "delete", tables: { "*": { id: "bigint" } } });

  test("are deletes where that is asked for, with the columns of the key", () => {
    expect(codec.decode(recordOf('{"id":7}', null))).toMatchObject({
      operation: "delete",
      key: { id: 7n },
      before: { id: 7n },
      after: null,
    });
    expect(codec.decode(recordOf('{"id":7}', "null"))).toHaveProperty("operation", "delete");
  });

  test("have keys of any type, in the key as in the old row", () => {
    const dated = debeziumJsonWith({
      tombstones: "delete",
      tables: { "*": { day: "date", no: "numeric(5,2)" } },
    });

    const decoded = dated.decode(recordOf('{"day":19782,"no":"BNI="}', null));

    expect(
      JSON.parse(JSON.stringify(decoded, (name, one: unknown) => (name === "coordinates" ? null : one))),
    ).toMatchObject({
      key: { day: "2024-02-29", no: "12.34" },
      before: { day: "2024-02-29", no: "12.34" },
    });
  });

  test("say of their source what the headers say", () => {
    const headers = ["__op:d", "__table:patient", "__source_lsn:7"].map((text) => {
      const [name = "", value = ""] = text.split(":");
      return { name, value: new TextEncoder().encode(value) };
    });

    expect(codec.decode({ ...recordOf('{"id":7}', null), headers })).toMatchObject({
      source: { table: "patient" },
    });
  });

  test("stay no change without a key that can be read, and without the setting", () => {
    expect(codec.decode(recordOf(null, null))).toEqual({ notAChange: "tombstone" });
    expect(codec.decode(recordOf("text", null))).toEqual({ notAChange: "tombstone" });
    expect(debeziumJson.decode(recordOf('{"id":7}', null))).toEqual({ notAChange: "tombstone" });
  });
});

describe("what is unavailable", () => {
  const changeOf = (op: string, before: string, after: string, options: DecodingOptions = {}): Change => {
    const decoded = debeziumJsonWith(options).decode(recordOf('{"id":1}', envelopeText(op, before, after)));
    if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
    return decoded;
  };
  const answers = (change: Change, ...columns: readonly string[]): readonly string[] =>
    columns.map((column) => isUnavailable(change, column));

  test("is certain for a placeholder, and for a null of an update cannot be told without types", () => {
    const change = changeOf("u", "null", '{"id":1,"a":"__debezium_unavailable_value","b":null,"c":2}');

    expect(answers(change, "a", "b", "c", "id")).toEqual(["yes", "cannot tell", "no", "no"]);
  });

  test("is told apart by type: only what hides behind a null is doubtful", () => {
    const types = {
      text: "text",
      numeric: "numeric",
      short: "numeric(10,2)",
      long: "numeric(100,2)",
      bits: "bit varying(6000)",
      flags: "bit(8)",
      ints: "integer[]",
      days: "date[]",
      doubles: "double precision[]",
      stamps: "timestamp[]",
      zoned: "timestamptz[]",
      decimals: "numeric(10,2)[]",
      bytes: "bytea",
      uuids: "uuid[]",
      at: "timestamp",
    };
    const row = JSON.stringify({
      id: 1,
      ...Object.fromEntries(Object.keys(types).map((name) => [name, null])),
    });
    const doubtful = (modes: Partial<ConnectorModes>): readonly string[] => [
      ...(changeOf("u", "null", row, { tables: { "*": { id: "int", ...types } }, modes }).doubtful ?? []),
    ];

    const always = ["numeric", "long", "bits", "doubles", "stamps", "zoned", "decimals"];
    expect(doubtful({})).toEqual(always);
    expect(doubtful({ binary: "base64" })).toEqual([...always, "bytes"]);
    expect(doubtful({ time: "isostring" })).toEqual(expect.arrayContaining([...always, "days"]));
    expect(doubtful({ binary: "hex" })).toEqual(always);
    expect(doubtful({ decimal: "string" })).toEqual(
      always.filter((name) => name !== "numeric" && name !== "long"),
    );
    expect(doubtful({ decimal: "double" })).toEqual(always);
  });

  test("is never in doubt for an insert, under replica identity FULL, or for other databases", () => {
    const row = '{"id":1,"a":null}';

    expect(changeOf("c", "null", row).doubtful).toBeUndefined();
    expect(changeOf("u", '{"id":1,"a":"x","b":"y"}', row).doubtful).toBeUndefined();
    expect(changeOf("u", "null", row, { isIdentityFull: true }).doubtful).toBeUndefined();
    const value = envelopeText("u", "null", row).replace('"postgresql"', '"mysql"');
    expect(debeziumJson.decode(recordOf('{"id":1}', value))).not.toHaveProperty("doubtful");
  });

  test("is in doubt for the new half of a changed key", () => {
    const record = recordOf('{"id":1}', envelopeText("c", "null", '{"id":1,"a":null}'));
    const headers = [{ name: "__debezium.oldkey", value: new TextEncoder().encode('{"id":2}') }];

    expect(debeziumJson.decode({ ...record, headers })).toHaveProperty("doubtful", new Set(["a"]));
  });

  test("a placeholder of one's own is known in every form", () => {
    const placeholder = "--";
    const after = `{"t":"--","h":"2d2d","b":"LS0=","i":[45,45],"u":["cfab1ba8-c67c-3c83-8db9-8d666f02a132"],"other":"__debezium_unavailable_value"}`;

    for (const option of [placeholder, "hex:2d2d"]) {
      const change = changeOf("u", "null", after, { placeholder: option });
      expect([...change.unavailable]).toEqual(["t", "h", "b", "i", "u"]);
      expect(change.after).toHaveProperty("other");
    }
  });

  test("with FULL promised, nulls and zeros of the old row are data", () => {
    const change = changeOf("d", '{"id":1,"a":null,"b":0}', "null", { isIdentityFull: true });

    expect(change.before).toEqual({ id: 1, a: null, b: 0 });
  });
});

describe.skipIf(fixturesFolder === null)(
  `recorded events${fixturesFolder === null ? ` (${fixturesMissing})` : ""}`,
  () => {
    const codec = debeziumJsonWith({ tables: typeZoo });

    test("without a schema, declared columns give what the same rows give with one", () => {
      const rows = (file: string, decode: typeof codec.decode): ReadonlyMap<string, Change["after"]> =>
        new Map(
          recordedRecords(file).flatMap((record) => {
            const decoded = decode(record);
            if (!("operation" in decoded) || decoded.after === null) return [];
            if (!["type_zoo", "toasty"].includes(decoded.source.table)) return [];
            return [
              [
                `${decoded.source.table} ${JSON.stringify(decoded.after["id"])} ${record.note}`,
                decoded.after,
              ] as const,
            ];
          }),
        );
      const typed = rows("postgres-json-noschema-readonly.jsonl", codec.decode);
      const withSchema = rows("postgres-json-schema.jsonl", debeziumJson.decode);
      const known = [...typed.keys()].filter((key) => withSchema.has(key));

      expect(known.length).toBeGreaterThanOrEqual(10);
      // The other recording has types that are not delivered by default; a column of the type `name` may be null in the stream.
      const left = ["c_composite", "c_multirange", "c_box", "c_pg_lsn", "c_name"];
      const comparable = (row: Change["after"] | undefined): object =>
        Object.fromEntries(Object.entries(row ?? {}).filter(([name]) => !left.includes(name)));
      for (const key of known) {
        expect({ key, row: comparable(typed.get(key)) }).toEqual({
          key,
          row: comparable(withSchema.get(key)),
        });
      }
    });

    test("an update that leaves out every large value: placeholders are certain, nulls are in doubt", () => {
      const change = recordedRecords("postgres-json-noschema-readonly.jsonl")
        .filter(({ note }) => note === "toasty-update-all-toast-unchanged-default-identity")
        .map((record) => codec.decode(record))
        .find((decoded): decoded is Change => "operation" in decoded && decoded.source.table === "toasty");

      expect([...(change?.doubtful ?? [])].toSorted()).toEqual(
        ["a_bool", "a_double", "a_numeric", "a_ts", "a_tstz", "t_bit", "t_numeric"].toSorted(),
      );
      expect(change?.unavailable.size).toBe(14);
    });
  },
);
