import { expect, test } from "vitest";
import { framingOf, schemasNamedBy } from "../../../src/codecs/index.ts";
import type { RawRecord, RecordHeader } from "../../../src/codecs/index.ts";
import { recordOf } from "../../support/records.ts";

const withValue = (
  value: Uint8Array,
  headers: readonly RecordHeader[] = [],
  key: Uint8Array | null = null,
): RawRecord => ({
  ...recordOf(null, "{}"),
  key,
  value,
  headers,
});
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const header = (name: string, ...values: readonly number[]): RecordHeader => ({
  name,
  value: bytes(...values),
});

test.each([
  ["Confluent's four bytes", bytes(0, 0, 0, 1, 2, 9), { ref: "id/258", layout: "confluent", bodyAt: 5 }],
  ["an id beyond 2^31", bytes(0, 0xff, 0, 0, 1), { ref: "id/4278190081", layout: "confluent", bodyAt: 5 }],
  [
    "Apicurio's eight bytes",
    bytes(0, 0, 0, 0, 0, 0, 0, 0, 7, 9),
    { ref: "global/7", layout: "apicurio", bodyAt: 9 },
  ],
])("%s in front of the data", (_, value, framing) => {
  expect(framingOf(withValue(value), "value")).toMatchObject(framing);
});

test.each([
  ["JSON", Buffer.from('{"a":1}'), null],
  ["nothing", bytes(), null],
  ["a zero byte alone", bytes(0), "invalid"],
  ["an id that is cut short", bytes(0, 0, 0, 1), "invalid"],
  ["eight bytes that are cut short", bytes(0, 0, 0, 0, 0, 0, 0, 1), "invalid"],
  ["the id 0", bytes(0, 0, 0, 0, 0, 0, 0, 0, 0), "invalid"],
])("%s is not framed, or not rightly", (_, value, found) => {
  expect(framingOf(withValue(value), "value")).toBe(found);
});

test.each([
  ["Confluent's id", header("__value_schema_id", 0, 0, 0, 0, 5), "id/5"],
  [
    "Confluent's guid",
    header("__value_schema_id", 1, ...Array.from({ length: 16 }, (_, index) => index)),
    "guid/00010203-0405-0607-0809-0a0b0c0d0e0f",
  ],
  ["Apicurio's global id", header("apicurio.value.globalId", 0, 0, 0, 0, 0, 0, 0, 6), "global/6"],
  ["Apicurio's content id", header("apicurio.value.contentId", 0, 0, 0, 0, 0, 0, 0, 6), "content/6"],
])("%s in a header leaves the value as it is", (_, named, ref) => {
  const record = withValue(bytes(0x7b), [header("other", 1), named]);

  expect(framingOf(record, "value")).toMatchObject({ ref, layout: "header", bodyAt: 0 });
  expect(framingOf({ ...record, key: bytes(1) }, "key")).toBeNull();
});

test.each([
  header("__value_schema_id"),
  header("__value_schema_id", 1, 2),
  header("__value_schema_id", 0, 0, 0, 0, 0),
  header("apicurio.value.globalId", 6),
  { name: "__value_schema_id", value: null },
])("a header that holds no id is refused", (named) => {
  expect(framingOf(withValue(bytes(0x7b), [named]), "value")).toBe("invalid");
});

test("a header holds Protobuf's message indexes behind the id", () => {
  const record = withValue(bytes(1), [header("__value_schema_id", 0, 0, 0, 0, 5, 2, 0)]);

  expect(framingOf(record, "value")).toMatchObject({ ref: "id/5", indexes: bytes(2, 0) });
});

test("records in JSON name nothing, and cost no list of their own", () => {
  const headers = [header("__debezium.context.taskId", 0x30)];
  const inJson = schemasNamedBy(withValue(Buffer.from("{}"), headers, Buffer.from("{}")));

  expect(inJson).toEqual([]);
  expect(schemasNamedBy(withValue(Buffer.from("[]")))).toBe(inJson);
  expect(schemasNamedBy({ ...withValue(bytes(1)), value: null, key: Buffer.from("{}") })).toBe(inJson);
});

test("key and value name their schemas, each once; what looks like a key's beside JSON is not needed", () => {
  const [one, two] = [bytes(0, 0, 0, 0, 1), bytes(0, 0, 0, 0, 2)];

  expect(schemasNamedBy(withValue(one, [], two))).toEqual([
    { ref: "id/1", isNeeded: true },
    { ref: "id/2", isNeeded: true },
  ]);
  expect(schemasNamedBy(withValue(one, [], one))).toEqual([{ ref: "id/1", isNeeded: true }]);
  expect(schemasNamedBy(withValue(Buffer.from("{}"), [], two))).toEqual([{ ref: "id/2", isNeeded: false }]);
  expect(schemasNamedBy({ ...withValue(one), value: null, key: two })).toEqual([
    { ref: "id/2", isNeeded: false },
  ]);
});
