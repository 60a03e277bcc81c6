import { expect, test } from "vitest";
import { debeziumJson } from "../../src/codecs/index.ts";
import type { ColumnValue } from "../../src/index.ts";
import { decimalText } from "../support/decimal-text.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

/** Decodes one value of a column `v` with this schema. */
function decode(schema: string, value: string): ColumnValue | undefined {
  const field = `{${schema},"optional":true,"field":"v"}`;
  const decoded = debeziumJson.decode(
    recordOf(null, envelopeWithSchema(field, envelopeText("c", "null", `{"v":${value}}`))),
  );
  if ("undecodable" in decoded) throw new Error(decoded.detail);
  return "after" in decoded ? decoded.after?.["v"] : undefined;
}

const decimal = (scale: number): string =>
  `"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"${scale}"}`;
const variable = '"type":"struct","name":"io.debezium.data.VariableScaleDecimal","fields":[]';

test.each([
  ["AA==", "0"],
  ["AQ==", "1"],
  ["/w==", "-1"],
  ["fw==", "127"],
  ["AIA=", "128"],
  ["gA==", "-128"],
  ["/38=", "-129"],
  ["BNI=", "1234"],
  ["+y4=", "-1234"],
  ["AIAAAAAAAAAA", "9223372036854775808"],
  ["AP//////////", "18446744073709551615"],
  ["SztMqFqGxHoJiiI//////w==", "99999999999999999999999999999999999999"],
  ["tMSzV6V5O4X2dd3AAAAAAQ==", "-99999999999999999999999999999999999999"],
  ["////", "-1"],
  ["", "0"],
])("the unscaled number of %s is %s", (base64, text) => {
  expect(decimalText(decode(decimal(0), `"${base64}"`))).toBe(text);
});

test.each([
  [2, '"BNI="', "12.34"],
  [2, '"+y4="', "-12.34"],
  [5, '"AQ=="', "0.00001"],
  [-2, '"ew=="', "12300"],
  [2, "12.50", "12.50"],
  [2, "12.5", "12.50"],
  [0, "12345678901234567890", "12345678901234567890"],
  [10, "12345678901234567890.0123456789", "12345678901234567890.0123456789"],
  [2, "-1e3", "-1000.00"],
  [2, "7", "7.00"],
])("a decimal of scale %i from %s is %s, exactly", (scale, value, text) => {
  expect(decimalText(decode(decimal(scale), value))).toBe(text);
});

test("a decimal with a scale of its own keeps it", () => {
  const value = decode(variable, '{"scale":19,"value":"ANg/8Fdd5Z+puzcLpeWtmCiuOYEV"}');

  expect(decimalText(value)).toBe("123456789012345678901234567890.1234567890123456789");
  expect(JSON.stringify({ value })).toBe('{"value":"123456789012345678901234567890.1234567890123456789"}');
});

test("a scale that no database can hold is refused before it fills the memory", () => {
  expect(() => decode(variable, '{"scale":2000000000,"value":"AQ=="}')).toThrow("scale");
});

test.each([
  ["-1", -1n],
  ["9223372036854775807", 9_223_372_036_854_775_807n],
  ["9007199254740993", 9_007_199_254_740_993n],
])("an int64 is a bigint always: %s", (value, expected) => {
  expect(decode('"type":"int64"', value)).toBe(expected);
});

test.each([
  ["io.debezium.time.Date", "int32", "19782", "2024-02-29"],
  ["io.debezium.time.Date", "int32", "-1", "1969-12-31"],
  ["io.debezium.time.Date", "int32", "-719162", "0001-01-01"],
  ["io.debezium.time.Date", "int32", "2932896", "9999-12-31"],
  ["io.debezium.time.Date", "int32", "-719163", "0000-12-31"],
  ["io.debezium.time.Date", "int32", "2145042905", "+5874897-12-31"],
  ["io.debezium.time.Date", "int32", "-2440550", "-4712-01-01"],
  ["io.debezium.time.Date", "int32", "-2147472692", "infinity"],
  ["io.debezium.time.Date", "int32", "-2147472691", "-infinity"],
  ["io.debezium.time.Date", "int32", "-622191234", "infinity"],
  ["io.debezium.time.Date", "int32", "-625821272", "-infinity"],
  ["org.apache.kafka.connect.data.Date", "int32", "19782", "2024-02-29"],
  ["io.debezium.time.Time", "int32", "45296000", "12:34:56"],
  ["io.debezium.time.Time", "int32", "45296789", "12:34:56.789"],
  ["org.apache.kafka.connect.data.Time", "int32", "45296789", "12:34:56.789"],
  ["io.debezium.time.MicroTime", "int64", "45296123456", "12:34:56.123456"],
  ["io.debezium.time.MicroTime", "int64", "86400000000", "24:00:00"],
  ["io.debezium.time.MicroTime", "int64", "0", "00:00:00"],
  ["io.debezium.time.NanoTime", "int64", "45296123456789", "12:34:56.123456789"],
  ["io.debezium.time.Timestamp", "int64", "1709210096789", "2024-02-29T12:34:56.789"],
  ["io.debezium.time.Timestamp", "int64", "9223372036825200", "infinity"],
  ["io.debezium.time.Timestamp", "int64", "-9223372036832400", "-infinity"],
  ["org.apache.kafka.connect.data.Timestamp", "int64", "-1", "1969-12-31T23:59:59.999"],
  ["io.debezium.time.MicroTimestamp", "int64", "1709210096123456", "2024-02-29T12:34:56.123456"],
  ["io.debezium.time.MicroTimestamp", "int64", "9223372036825200000", "infinity"],
  ["io.debezium.time.MicroTimestamp", "int64", "-9223372036832400000", "-infinity"],
  ["io.debezium.time.MicroTimestamp", "int64", "9223372036825200", "2262-04-11T23:47:16.8252"],
  ["io.debezium.time.MicroTimestamp", "int64", "-62167219200000000", "0000-01-01T00:00:00"],
  ["io.debezium.time.NanoTimestamp", "int64", "1709210096123456789", "2024-02-29T12:34:56.123456789"],
  ["io.debezium.time.NanoTimestamp", "int64", "9223372036854775807", "infinity"],
  [
    "io.debezium.time.ZonedTimestamp",
    "string",
    '"2026-02-28T06:30:00.123456Z"',
    "2026-02-28T06:30:00.123456Z",
  ],
  ["io.debezium.time.ZonedTimestamp", "string", '"-infinity"', "-infinity"],
  ["io.debezium.time.ZonedTimestamp", "string", '"+292269055-12-02T23:00:00.000000Z"', "-infinity"],
  ["io.debezium.time.IsoDate", "string", '"2024-02-29Z"', "2024-02-29"],
  ["io.debezium.time.IsoDate", "string", '"+292278994-08-16Z"', "infinity"],
  ["io.debezium.time.IsoTime", "string", '"12:34:56.5Z"', "12:34:56.5"],
  ["io.debezium.time.IsoTimestamp", "string", '"-290308-12-21T19:59:27.6Z"', "-infinity"],
  ["io.debezium.time.Interval", "string", '"P1Y2M3DT4H5M6.78S"', "P1Y2M3DT4H5M6.78S"],
])("%s as %s: %s is %s", (...[name, type, value, expected]) => {
  expect(decode(`"type":"${type}","name":"${name}"`, value)).toBe(expected);
});

test.each([
  ['"type":"bytes"', '"3q2+7w=="', new Uint8Array([0xde, 0xad, 0xbe, 0xef])],
  ['"type":"bytes","name":"io.debezium.data.Bits","parameters":{"length":"16"}', '"AQI="', 0x0201n],
  ['"type":"bytes","name":"io.debezium.data.Bits","parameters":{"length":"8"}', '""', 0n],
  ['"type":"string","name":"io.debezium.data.EnumSet"', '"a,b"', ["a", "b"]],
  ['"type":"string","name":"io.debezium.data.EnumSet"', '""', []],
  ['"type":"string","name":"io.debezium.data.Json"', '"{\\"a\\": 1.10}"', '{"a": 1.10}'],
  ['"type":"double"', '"NaN"', Number.NaN],
  ['"type":"float"', '"-Infinity"', Number.NEGATIVE_INFINITY],
  ['"type":"double"', "1.45E-10", 1.45e-10],
  ['"type":"boolean"', "true", true],
  ['"type":"int16"', "null", null],
  ['"type":"array","items":{"type":"int64","optional":true}', "[1,null]", [1n, null]],
  ['"type":"map","keys":{"type":"int16"},"values":{"type":"double"}', "[[1,0.5]]", [[1, 0.5]]],
  ['"type":"array","name":"io.debezium.data.DoubleVector","items":{"type":"double"}', "[1,0.5]", [1, 0.5]],
  ['"type":"string","name":"com.example.Unknown"', '"x"', "x"],
  ['"type":"decimal128"', '{"a":[1]}', { a: [1] }],
])("%s: %s", (schema, value, expected) => {
  expect(decode(schema, value)).toEqual(expected);
});

test("a map keeps each of its names", () => {
  const schema = '"type":"map","keys":{"type":"string"},"values":{"type":"int64"}';

  const entries = Object.entries(Object(decode(schema, '{"__proto__":1,"k":2}')));

  expect(entries).toEqual([
    ["__proto__", 1n],
    ["k", 2n],
  ]);
});

test("a struct decodes its members by their own schemas", () => {
  const schema =
    '"type":"struct","name":"io.debezium.data.geometry.Point","fields":[{"type":"double","field":"x"},{"type":"bytes","optional":true,"field":"wkb"},{"type":"int32","optional":true,"field":"srid"}]';

  expect(decode(schema, '{"x":1.5,"wkb":"AQ==","srid":null}')).toEqual({
    x: 1.5,
    wkb: new Uint8Array([1]),
    srid: null,
  });
});

test.each([
  ['"type":"int32"', '"secret-value"'],
  ['"type":"int32"', "1.5"],
  ['"type":"int64"', '"1"'],
  ['"type":"boolean"', '"secret-value"'],
  ['"type":"bytes"', '"secret-value!"'],
  ['"type":"string"', "1"],
  ['"type":"array","items":{"type":"int32"}', '["secret-value"]'],
  [decimal(2), '"secret-value"'],
  [variable, '"secret-value"'],
  ['"type":"string","name":"io.debezium.time.Date"', '"secret-value"'],
])("a value that does not fit %s is named by its column, without the value: %s", (schema, value) => {
  const field = `{${schema},"optional":true,"field":"v"}`;
  const text = envelopeWithSchema(field, envelopeText("c", "null", `{"v":${value}}`));

  const decoded = debeziumJson.decode(recordOf(null, text));

  expect(decoded).toMatchObject({ undecodable: "record.value_invalid" });
  expect(JSON.stringify(decoded)).toContain("column v");
  expect(JSON.stringify(decoded)).not.toContain("secret");
});
