import { describe, expect, test } from "vitest";
import { RecordCodec } from "../../../src/codecs/index.ts";
import type { ReferencedSchema, WriterSchema } from "../../../src/codecs/index.ts";
import { compileProtobuf } from "../../../src/codecs/protobuf/compile-protobuf.ts";
import { parseProto } from "../../../src/codecs/protobuf/parse-proto.ts";
import { BinaryMisfit, SchemaUnreadable } from "../../../src/codecs/framed/writer-schema.ts";
import type { Change } from "../../../src/index.ts";
import { framed } from "../../support/avro-bytes.ts";
import { decimalText } from "../../support/decimal-text.ts";
import { ProtoBytes } from "../../support/proto-bytes.ts";
import { recordOf } from "../../support/records.ts";

const writer = (text: string, references: readonly ReferencedSchema[] = []): WriterSchema => ({
  ref: "id/1",
  language: "protobuf",
  text,
  references,
});
const inFront = { ref: "id/1", layout: "confluent", bodyAt: 0, indexes: null } as const;

/** Reads a message of the file's first type. */
function read(text: string, message: ProtoBytes, references: readonly ReferencedSchema[] = []): unknown {
  const bytes = Buffer.concat([Buffer.from([0]), message.bytes()]);
  return compileProtobuf(writer(text, references)).read(bytes, inFront, "plain").payload;
}

/** As Confluent's converter writes the schema of a table, with `optional.for.nullables`. */
const envelope = `syntax = "proto3";
package his.public.patient;

import "confluent/meta.proto";
import "confluent/type/decimal.proto";
import "google/protobuf/timestamp.proto";

/* What Debezium sends. */
message Envelope {
  option (confluent.message_meta) = { doc: "of a table" };
  Value before = 1;
  Value after = 2;
  Source source = 3;
  string op = 4;
  optional int64 ts_ms = 5;

  message Value {
    int32 id = 1;
    optional string name = 2;
    optional int32 ward = 3 [(confluent.field_meta) = {
      params: [
        { value: "int16", key: "connect.type" }
      ]
    }];
    confluent.type.Decimal weight = 4 [(confluent.field_meta) = { params: [{ key: "scale", value: "2" }] }];
    google.protobuf.Timestamp seen_at = 5;
    optional bytes photo = 6;
    repeated string tags = 7;
    map<string, int64> counts = 8;
    VariableScaleDecimal dose = 9;
    message VariableScaleDecimal { int32 scale = 1; bytes value = 2; }
  }
  message Source {
    string connector = 1;
    string name = 2;
    string db = 3;
    string schema = 4;
    string table = 5;
    optional int64 ts_ms = 6;
    optional int64 lsn = 7;
  }
}
`;

const source = new ProtoBytes()
  .text(1, "postgresql")
  .text(2, "n")
  .text(3, "his")
  .text(4, "public")
  .text(5, "patient");
const row = new ProtoBytes()
  .number(1, 7n)
  .text(2, "Ann")
  .number(3, -2n)
  .message(4, new ProtoBytes().data(1, Buffer.from("04d2", "hex")).number(2, 9n).number(3, 2n))
  .message(5, new ProtoBytes().number(1, 1_700_000_000n).number(2, 123_000_000n))
  .data(6, Buffer.from([1, 2]))
  .text(7, "a")
  .text(7, "b")
  .message(8, new ProtoBytes().text(1, "k").number(2, 2n ** 60n))
  .message(9, new ProtoBytes().number(1, 1n).data(2, Buffer.from("04d2", "hex")));
const inserted = new ProtoBytes().message(2, row).message(3, source).text(4, "c");

test("an envelope in Protobuf becomes a change with the types of its columns", () => {
  const value = framed(1, Buffer.concat([Buffer.from([0]), inserted.bytes()]));
  const found = new RecordCodec(new Map([["id/1", writer(envelope)]])).find({
    ...recordOf(null, null),
    value,
  });
  const { after, ...change } = found.decoded as Change;

  expect(found).toMatchObject({ format: "debezium-protobuf", schema: { ref: "id/1", layout: "confluent" } });
  expect(change).toMatchObject({
    operation: "insert",
    before: null,
    source: { table: "patient", schema: "public" },
  });
  expect(
    Object.fromEntries(Object.entries(after ?? {}).map(([name, one]) => [name, decimalText(one)])),
  ).toEqual({
    id: 7,
    name: "Ann",
    ward: -2,
    weight: "12.34",
    seen_at: "2023-11-14T22:13:20.123",
    photo: new Uint8Array([1, 2]),
    tags: ["a", "b"],
    counts: { k: 2n ** 60n },
    dose: "123.4",
  });
});

test("what was not written is null where that can be told, and else the default that Protobuf gives it", () => {
  const text = `syntax = "proto3"; message M {
    int32 plain = 1; optional int32 nullable = 2; string text = 3; bool flag = 4; M inner = 5; repeated int32 list = 6;
    google.protobuf.Int64Value wrapped = 7; google.protobuf.StringValue empty = 8; oneof choice { int32 a = 9; string b = 10; }
    Color color = 11; enum Color { RED = 0; BLUE = 1; }
  }`;

  expect(read(text, new ProtoBytes().message(8, new ProtoBytes()).text(10, "x"))).toEqual({
    plain: 0,
    nullable: null,
    text: "",
    flag: false,
    inner: null,
    list: [],
    wrapped: null,
    empty: "",
    a: null,
    b: "x",
    color: "RED",
  });
  expect(read("message M { optional int32 a = 1; required string b = 2; }", new ProtoBytes())).toEqual({
    a: null,
    b: null,
  });
});

describe("values", () => {
  const numbers = [0n, 1n, -1n, 127n, 128n, 2n ** 31n - 1n, -(2n ** 31n)];
  const longs = [...numbers, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];
  const safe = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

  test("of every scalar are what was written", () => {
    const text = `syntax = "proto3"; message M {
      int32 a = 1; int64 b = 2; sint32 c = 3; sint64 d = 4; sfixed32 e = 5; sfixed64 f = 6;
      uint32 g = 7; uint64 h = 8; fixed32 i = 9; fixed64 j = 10; double k = 11; float l = 12;
    }`;
    for (const value of longs) {
      const small = BigInt.asIntN(32, value);
      const message = new ProtoBytes()
        .number(1, small)
        .number(2, value)
        .zigzag(3, small)
        .zigzag(4, value)
        .fixed32(5, Number(small))
        .fixed64(6, value)
        .number(7, BigInt.asUintN(32, value))
        .number(8, BigInt.asUintN(64, value))
        .fixed32(9, Number(small))
        .fixed64(10, value)
        .double(11, Number(value) / 3)
        .float(12, 0.1);

      expect(read(text, message), String(value)).toEqual({
        a: Number(small),
        b: safe(value),
        c: Number(small),
        d: safe(value),
        e: Number(small),
        f: safe(value),
        g: Number(BigInt.asUintN(32, value)),
        h: safe(BigInt.asUintN(64, value)),
        i: Number(BigInt.asUintN(32, value)),
        j: safe(BigInt.asUintN(64, value)),
        k: Number(value) / 3,
        l: 0.1,
      });
    }
  });

  test("in lists may be packed or not", () => {
    const text = 'syntax = "proto3"; message M { repeated sint64 list = 1; }';
    const packed = new ProtoBytes().data(1, new ProtoBytes().varint(1n).varint(4n).bytes()).zigzag(1, 5n);

    expect(read(text, packed)).toEqual({ list: [-1, 2, 5] });
  });

  test.each([
    ["google.type.Date", new ProtoBytes().number(1, 2024n).number(2, 2n).number(3, 29n), "2024-02-29"],
    ["google.type.Date", new ProtoBytes().number(1, 33n).number(2, 1n).number(3, 2n), "0033-01-02"],
    ["google.type.TimeOfDay", new ProtoBytes().number(1, 7n).number(4, 500_000_000n), "07:00:00.5"],
    [
      "google.protobuf.Timestamp",
      new ProtoBytes().number(1, -1n).number(2, 1n),
      "1969-12-31T23:59:59.000000001",
    ],
  ])("of %s are ISO texts", (type, message, value) => {
    const text = `syntax = "proto3"; message M { ${type} v = 1; }`;

    expect(read(text, new ProtoBytes().message(1, message))).toEqual({ v: value });
  });

  test("that the schema does not know are read over", () => {
    const message = new ProtoBytes().number(9, 1n).double(10, 1).float(11, 1).text(12, "x").number(1, 5n);

    expect(read('syntax = "proto3"; message M { int32 a = 1; }', message)).toEqual({ a: 5 });
  });
});

describe("data that does not fit", () => {
  const text =
    'syntax = "proto3"; message M { int32 a = 1; string b = 2; M m = 3; repeated int32 l = 4; map<string, M> s = 5; }';

  test.each([
    ["a length beyond the data", new ProtoBytes().raw(Buffer.from([0x12, 0x7f]))],
    ["a message longer than what is around it", new ProtoBytes().data(3, Buffer.from([0x12, 0x05, 0x61]))],
    ["another way of writing than the type's", new ProtoBytes().text(1, "x")],
    ["a group", new ProtoBytes().raw(Buffer.from([0x0b]))],
    ["a tag without a value", new ProtoBytes().raw(Buffer.from([0x08]))],
    ["a packed list that ends inside of a number", new ProtoBytes().data(4, Buffer.from([0x80]))],
    ["a text that is not UTF-8", new ProtoBytes().data(2, Buffer.from([0xc3, 0x28]))],
    ["a map's entry that is a number", new ProtoBytes().number(5, 1n)],
  ])("is refused: %s", (_, message) => {
    expect(() => read(text, message)).toThrow(BinaryMisfit);
  });

  test("is refused when it nests too deep", () => {
    let message = new ProtoBytes();
    for (let depth = 0; depth < 100; depth += 1) message = new ProtoBytes().message(3, message);

    expect(() => read(text, message)).toThrow(/too deep/);
  });

  test("is refused when a few bytes stand for millions of fields", () => {
    const fields = Array.from({ length: 2_000 }, (_, index) => `int32 f${index} = ${index + 1};`).join("");
    const wide = `syntax = "proto3"; message M { repeated W list = 1; } message W { ${fields} }`;
    const message = new ProtoBytes();
    for (let index = 0; index < 10_000; index += 1) message.message(1, new ProtoBytes());

    expect(() => read(wide, message)).toThrow(/without bytes/);
  });

  test("cut anywhere or changed by a byte is read or refused", () => {
    const bytes = inserted.bytes();
    const compiled = compileProtobuf(writer(envelope));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      for (const wrong of [bytes.subarray(0, at), changed]) {
        const outcome = outcomeOf(() =>
          compiled.read(Buffer.concat([Buffer.from([0]), wrong]), inFront, "plain"),
        );

        expect(outcome === "read" || outcome instanceof BinaryMisfit).toBe(true);
      }
    }
  });
});

function outcomeOf(act: () => unknown): unknown {
  try {
    act();
    return "read";
  } catch (error) {
    return error;
  }
}

test("the list of message indexes names the message, also one within another", () => {
  const text =
    'syntax = "proto3"; message A { message B {} message C { int32 c = 1; } } message D { int32 d = 1; }';
  const compiled = compileProtobuf(writer(text));
  const one = new ProtoBytes().number(1, 5n).bytes();
  const at = (...indexes: readonly number[]) =>
    compiled.read(Buffer.concat([Buffer.from(indexes), one]), inFront, "plain").payload;

  expect(at(2, 2)).toEqual({ d: 5 });
  expect(at(4, 0, 2)).toEqual({ c: 5 });
  expect(() => at(2, 8)).toThrow(BinaryMisfit);
  expect(() => at(0x7f)).toThrow(BinaryMisfit);
  expect(compiled.read(one, { ...inFront, indexes: Uint8Array.from([2, 2]) }, "plain").payload).toEqual({
    d: 5,
  });
});

test("a schema may import others, and names are looked for from the inside out", () => {
  const references = [
    { name: "base.proto", text: 'syntax = "proto3"; package a; message Id { int32 n = 1; }' },
  ];
  const text = `syntax = "proto3"; package a.b; import "base.proto";
    message M { Id near = 1; .a.Id far = 2; N own = 3; message N { string n = 1; } }`;
  const message = new ProtoBytes()
    .message(1, new ProtoBytes().number(1, 1n))
    .message(2, new ProtoBytes().number(1, 2n))
    .message(3, new ProtoBytes().text(1, "x"));

  expect(read(text, message, references)).toEqual({ near: { n: 1 }, far: { n: 2 }, own: { n: "x" } });
});

test("what records do not need is read over in a file", () => {
  const text = `syntax = "proto3"; // a comment
    option java_package = "x"; option (custom).of = { a: [1, 2], b { c: -1 } };
    extend google.protobuf.FieldOptions { string hint = 50000; }
    service S { rpc Get(M) returns (M) { option deprecated = true; } rpc Put(M) returns (M); }
    message M { reserved 2, 4 to 6; reserved "old"; extensions 100 to 199; ; int32 a = 1 [deprecated = true, (confluent.field_meta).doc = "x" "y"]; }
    enum E { option allow_alias = true; A = 0; B = 0 [deprecated = true]; reserved 5; }`;

  expect(parseProto(text).messages.map(({ name, fields }) => [name, fields.length])).toEqual([["M", 1]]);
});

test.each([
  ["a type that is nowhere", 'syntax = "proto3"; message M { Other o = 1; }'],
  ["a file that is cut short", 'syntax = "proto3"; message M { int32 a = 1;'],
  ["a field without a number", 'syntax = "proto3"; message M { int32 a; }'],
  ["the number 0", 'syntax = "proto3"; message M { int32 a = 0; }'],
  ["a group", "message M { repeated group G = 1 { } }"],
  ["no file at all", "{}"],
  ["a character of nowhere", 'syntax = "proto3"; message M { int32 a = 1; } §'],
  ["nesting without an end", `syntax = "proto3"; ${"message M { ".repeat(200)}`],
  ["options without an end", `syntax = "proto3"; option a = ${"[".repeat(200)}`],
])("a schema with %s is refused by name", (_, text) => {
  expect(() => read(text, new ProtoBytes().number(1, 1n))).toThrow(SchemaUnreadable);
});
