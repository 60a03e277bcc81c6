import { expect, test } from "vitest";
import { debeziumJson, orderingKey, parseJson } from "../../src/codecs/index.ts";
import type { Decoded, Undecodable } from "../../src/codecs/index.ts";
import { decimalText } from "../support/decimal-text.ts";
import { envelopeText, envelopeWithSchema, recordOf, sourceText } from "../support/records.ts";

const utf8 = new TextEncoder();

function decodeBytes(value: Uint8Array): Decoded {
  return debeziumJson.decode({ ...recordOf(null, null), value });
}

function refusalOf(value: Uint8Array | string): Undecodable {
  const decoded = decodeBytes(typeof value === "string" ? utf8.encode(value) : value);
  if (!("undecodable" in decoded)) throw new Error("It was understood.");
  return decoded;
}

/** An envelope whose row holds one column with this value. */
const rowWith = (value: string): string => envelopeText("c", "null", `{"v":${value}}`);
const decimal = '"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}';
const schemaWith = (schema: string, value: string): string =>
  envelopeWithSchema(`{${schema},"optional":true,"field":"v"}`, rowWith(value));

/** The name Zhang San in GBK. */
const gbk = Uint8Array.of(0xd5, 0xc5, 0xc8, 0xfd);

test("depth: a row that nests beyond 64 levels is refused, whether or not its schema is known already", () => {
  const nested = (levels: number): string => rowWith(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  const wrapped = (levels: number): string =>
    envelopeWithSchema('{"type":"array","optional":true,"field":"v"}', nested(levels));
  decodeBytes(utf8.encode(wrapped(1)));

  expect(refusalOf(nested(63))).toMatchObject({ undecodable: "record.too_deep" });
  expect(decodeBytes(utf8.encode(nested(62)))).toHaveProperty("operation", "insert");
  expect(refusalOf(wrapped(62))).toMatchObject({ undecodable: "record.too_deep" });
  expect(decodeBytes(utf8.encode(wrapped(61)))).toHaveProperty("operation", "insert");
});

test("size: what is larger than any consumer may allow is not even made a text", () => {
  const { undecodable, detail } = refusalOf(new Uint8Array(64 * 1024 * 1024 + 1).fill(0x20));

  expect(undecodable).toBe("record.too_large");
  expect(detail).toContain("67108865 bytes");
});

test.each([
  ["a million numbers", `[${"1,".repeat(1_000_000)}1]`],
  ["half a million empty objects", `[${"{},".repeat(500_000)}{}]`],
  ["300,000 columns", `{${Array.from({ length: 300_000 }, (_, index) => `"c${index}":0`).join(",")}}`],
])("width: %s are refused before they are made", (_name, value) => {
  expect(refusalOf(rowWith(value))).toMatchObject({ undecodable: "record.too_wide" });
});

test("width: a text that is full of commas and brackets is one value", () => {
  expect(decodeBytes(utf8.encode(rowWith(JSON.stringify(",[{".repeat(300_000)))))).toHaveProperty(
    "after.v.length",
    900_000,
  );
});

test("width: as many values as a wide table has in a great many rows are taken", () => {
  expect(parseJson(`[${"1,".repeat(240_000)}1]`)).toHaveProperty("value.length", 240_001);
});

test.each([
  ["without a schema", (digits: string) => rowWith(digits)],
  ["as a decimal with its schema", (digits: string) => schemaWith(decimal, `${digits}.5`)],
])("numbers: one of a million digits is refused before it is computed, %s", (_name, textWith) => {
  expect(refusalOf(textWith("9".repeat(1_000_000)))).toMatchObject({
    undecodable: "record.number_too_long",
  });
});

test("numbers: PostgreSQL's longest number is exact", () => {
  const digits = `${"9".repeat(131_072)}.${"9".repeat(16_383)}`;
  const schema = decimal.replace('"2"', '"16383"');

  const decoded = decodeBytes(utf8.encode(schemaWith(schema, digits)));

  expect("after" in decoded ? decimalText(decoded.after?.["v"]) === digits : false).toBe(true);
});

test.each([
  ["unscaled bytes without end", schemaWith(decimal, `"${"A".repeat(200_000)}"`)],
  ["a scale of a hundred million", schemaWith(decimal.replace('"2"', '"100000000"'), "7")],
  ["a scale that is no number", schemaWith(decimal.replace('"2"', '"x"'), "7")],
  ["an int64 of more than 64 bits", schemaWith('"type":"int64"', "9223372036854775808")],
])("numbers: %s do not fit", (_name, value) => {
  expect(refusalOf(value)).toMatchObject({ undecodable: "record.value_invalid", path: "v" });
});

test("repeated names: the last one counts, for the change as for its lane, and known schemas change nothing", () => {
  const twice = `{"before":null,"after":{"id":1},"after":{"id":1,"id":2},"op":"d","op":"c","source":${sourceText}}`;
  const wrapped = envelopeWithSchema('{"type":"int64","field":"id"}', twice);
  const bothWays = [twice, wrapped, wrapped].map((text) => decodeBytes(utf8.encode(text)));

  expect(bothWays).toMatchObject([
    { operation: "insert", after: { id: 2 } },
    { operation: "insert", after: { id: 2n } },
    { operation: "insert", after: { id: 2n } },
  ]);
  expect(orderingKey(recordOf(null, twice), ["id"], "full")).toEqual({ key: "[2]" });
});

test("repeated names: a second payload takes the place of the first", () => {
  const first = envelopeWithSchema('{"type":"int64","field":"id"}', envelopeText("c", "null", '{"id":1}'));
  const second = `${first.slice(0, -1)},"payload":${envelopeText("u", "null", '{"id":2}')}}`;
  decodeBytes(utf8.encode(first));

  expect(decodeBytes(utf8.encode(second))).toMatchObject({ operation: "update", after: { id: 2n } });
});

test("`__proto__`: no place of a record reaches a prototype", () => {
  const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  const texts = [
    envelopeText("u", evil, evil),
    `{"__proto__":${envelopeText("c", "null", evil)}}`,
    `{"schema":{"__proto__":{"type":"struct","name":"x.Envelope"}},"payload":${envelopeText("c", "null", evil)}}`,
    schemaWith('"type":"map","keys":{"type":"string"},"values":{"type":"struct"}', evil),
    `{"__deleted":"false","__proto__":{"polluted":1},"id":1}`,
  ];

  for (const text of texts) {
    const record = {
      ...recordOf(evil, text),
      headers: [{ name: "__debezium.oldkey", value: utf8.encode(evil) }],
    };
    debeziumJson.decode(record);
    orderingKey(record, ["__proto__"], "full");
  }

  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(Reflect.get([], "polluted")).toBeUndefined();
});

test("bad UTF-8: the first wrong byte is named, after any number of good characters", () => {
  const good = utf8.encode('{"v":"名字😀');
  for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xe5, 0x90, 0x22]]) {
    const { undecodable, detail } = refusalOf(Uint8Array.of(...good, ...wrong, 0x22, 0x7d));

    expect(undecodable).toBe("record.not_utf8");
    expect(detail).toContain(`byte ${good.length} `);
  }
});

test("GBK: it is recognised, and nothing of it is shown", () => {
  const value = Buffer.concat([utf8.encode('{"op":"c","after":{"name":"'), gbk, utf8.encode('"}}')]);

  const { undecodable, detail } = refusalOf(value);

  expect(undecodable).toBe("record.not_utf8");
  expect(detail).toMatch(/byte 27 on, but it could be GBK/);
});

test.each([
  ["of UTF-8", [0xef, 0xbb, 0xbf], "record.not_json"],
  ["of UTF-16, little end first", [0xff, 0xfe], "record.not_utf8"],
  ["of UTF-16, big end first", [0xfe, 0xff], "record.not_utf8"],
])("byte-order mark %s: it is refused and named", (_name, mark, code) => {
  const value = Buffer.concat([Uint8Array.from(mark), utf8.encode(rowWith("1"))]);

  const { undecodable, detail } = refusalOf(value);

  expect(undecodable).toBe(code);
  expect(detail).toContain("byte-order mark");
});

test.each([
  ["", "empty"],
  ["not JSON", "byte 0 "],
  ['{"op":"c",}', "byte 10 "],
  ['{"名":tru}', "byte 7 "],
])("not JSON: %j is refused with the place", (value, place) => {
  const { undecodable, detail } = refusalOf(value);

  expect(undecodable).toBe("record.not_json");
  expect(detail).toContain(place);
});

test("a key that is none of this is no key, and harms nobody", () => {
  const keys = [gbk, utf8.encode("\ufeff{}"), utf8.encode("[".repeat(1_000)), new Uint8Array()];
  const value = utf8.encode(envelopeText("c", "null", '{"id":1}'));

  for (const key of keys) {
    const record = { ...recordOf(null, null), key, value };

    expect(debeziumJson.decode(record)).toHaveProperty("key", null);
    expect(orderingKey(record, ["id"], "full")).toEqual({ fault: "record.key_invalid" });
  }
});
