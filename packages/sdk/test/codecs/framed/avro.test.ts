import { describe, expect, test } from "vitest";
import { planOf } from "../../../src/codecs/avro/avro-plan.ts";
import { connectSchemaOf } from "../../../src/codecs/avro/connect-schema-of-avro.ts";
import { parseAvroSchema } from "../../../src/codecs/avro/parse-avro-schema.ts";
import { readAvro } from "../../../src/codecs/avro/read-avro.ts";
import { compileDecoder } from "../../../src/codecs/compile-decoder.ts";
import type { JsonValue } from "../../../src/codecs/index.ts";
import { BinaryMisfit, SchemaUnreadable } from "../../../src/codecs/framed/writer-schema.ts";
import { AvroBytes } from "../../support/avro-bytes.ts";
import { avroData } from "../../support/avro-schema-writer.ts";
import { decimalText } from "../../support/decimal-text.ts";
import { RandomAvro, seeded } from "../../support/random-avro.ts";

const read = (schema: unknown, bytes: Uint8Array): JsonValue =>
  readAvro(planOf(parseAvroSchema(JSON.stringify(schema))), bytes, 0);

const written = (...parts: readonly (bigint | string | Uint8Array)[]): Uint8Array => {
  const out = new AvroBytes();
  for (const part of parts) {
    if (typeof part === "bigint") out.long(part);
    else if (typeof part === "string") out.text(part);
    else out.raw(part);
  }
  return out.bytes();
};

test("what is written by a schema is read by it, for schemas and values of every kind", () => {
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const random = new RandomAvro(seeded(seed));
    const type = parseAvroSchema(JSON.stringify(random.schema()));
    const plan = planOf(type);
    for (let time = 0; time < 3; time += 1) {
      const twin = random.value(type);

      expect(readAvro(plan, avroData(type, twin.written), 0), `seed ${seed}`).toEqual(twin.read);
    }
  }
});

test("data that is cut short anywhere, or changed by a byte, is read or refused, and never more than that", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = new RandomAvro(seeded(seed));
    const type = parseAvroSchema(JSON.stringify(random.schema(4)));
    const plan = planOf(type);
    const bytes = avroData(type, random.value(type).written);
    for (let at = 0; at < Math.min(bytes.length, 60); at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (seed % 8));
      for (const wrong of [bytes.subarray(0, at), changed]) {
        const outcome = outcomeOf(() => readAvro(plan, wrong, 0));

        expect(
          outcome === "read" || outcome instanceof BinaryMisfit,
          `seed ${seed}: ${String(outcome)}`,
        ).toBe(true);
      }
    }
  }
});

function outcomeOf(act: () => unknown): unknown {
  try {
    act();
    return "read";
  } catch (error) {
    return error;
  }
}

describe("lists and maps", () => {
  const longs = { type: "array", items: "long" };

  test("several blocks are one list, and a block with a negative count names its bytes", () => {
    const bytes = written(2n, 1n, 2n, -1n, 1n, 3n, 0n);

    expect(read(longs, bytes)).toEqual([1, 2, 3]);
  });

  test("a map whose keys are no texts is a list of pairs, and one with text keys an object", () => {
    const entries = (key: string) => ({
      type: "array",
      items: {
        type: "record",
        name: "E",
        "connect.internal.type": "MapEntry",
        fields: [
          { name: "key", type: key },
          { name: "value", type: "double" },
        ],
      },
    });
    const half = Buffer.alloc(8);
    half.writeDoubleLE(0.5);

    expect(read(entries("int"), written(1n, 7n, half, 0n))).toEqual([[7, 0.5]]);
    expect(read(entries("string"), written(1n, "a", half, 0n))).toEqual({ a: 0.5 });
  });

  test.each([
    ["more items than bytes", longs, written(1_000_000n, 1n)],
    ["a count of the most negative long", longs, written(-(2n ** 63n), 1n)],
    ["a block beyond the data", longs, written(-1n, 100n, 1n, 0n)],
    ["a billion items without bytes", { type: "array", items: "null" }, written(1_000_000_000n, 0n)],
    ["items without bytes in many blocks", { type: "array", items: "null" }, written(9_000n, 9_000n, 0n)],
    ["a text longer than the data", "string", written(1_000n)],
    ["a text of negative length", "string", written(-1n)],
    ["bytes left over", "long", written(1n, 2n)],
    ["an int of 33 bits", "int", written(2n ** 32n)],
    ["a number without an end", "long", Buffer.alloc(11, 0xff)],
    ["a number of 65 bits", "long", Buffer.from([...Array<number>(9).fill(0xff), 0x02])],
    ["a boolean that is neither", "boolean", Buffer.from([2])],
    ["a union without such a branch", ["null", "long"], written(2n, 1n)],
    ["an enum without such a symbol", { type: "enum", name: "E", symbols: ["A"] }, written(1n)],
    ["a text that is not UTF-8", "string", Buffer.from([4, 0xc3, 0x28])],
    ["a long text that is not UTF-8", "string", written(40n, Buffer.alloc(40, 0xff))],
  ])("refuses %s", (_, schema, bytes) => {
    expect(() => read(schema, bytes)).toThrow(BinaryMisfit);
  });

  test("refuses records in records without bytes, however few types they take", () => {
    const layers = Array.from({ length: 30 }, (_, index) => ({
      type: "record",
      name: `L${index}`,
      fields: ["a", "b"].map((name) => ({ name, type: index === 0 ? "null" : `L${index - 1}` })),
    }));
    const type = parseAvroSchema(
      '"L29"',
      layers.map((layer) => ({ name: layer.name, text: JSON.stringify(layer) })),
    );

    expect(() => readAvro(planOf(type), new Uint8Array(), 0)).toThrow(/without bytes/);
    expect(() => connectSchemaOf(type)).toThrow(SchemaUnreadable);
  });

  test("refuses data that is nested too deep", () => {
    const list = { type: "record", name: "N", fields: [{ name: "next", type: ["null", "N"] }] };
    const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 2), Buffer.from([0])]);

    expect(JSON.stringify(read(list, nested(10)))).toContain("next");
    expect(() => read(list, nested(100))).toThrow(/too deep/);
  });
});

test("a text is read right after another that it resembles", () => {
  const schema = { type: "array", items: "string" };
  const texts = ["patient", "patient", "patienz", "Patient", "pat", "ünï", "ünï", "", "patient"];
  const out = new AvroBytes();
  out.block(texts, (text) => out.text(text));

  expect(read(schema, out.bytes())).toEqual(texts);
});

describe("schemas", () => {
  test("names are looked for in the namespace around them, and as they are written", () => {
    const schema = {
      type: "record",
      name: "Outer",
      namespace: "a.b",
      fields: [
        { name: "one", type: { type: "enum", name: "Inner", symbols: ["X"] } },
        { name: "two", type: "Inner" },
        { name: "three", type: "a.b.Inner" },
      ],
    };

    expect(read(schema, written(0n, 0n, 0n))).toEqual({ one: "X", two: "X", three: "X" });
  });

  test("a schema may name types of those that it refers to", () => {
    const references = [{ name: "a.Id", text: '{"type":"fixed","name":"a.Id","size":2}' }];
    const type = parseAvroSchema('{"type":"array","items":"a.Id"}', references);

    expect(readAvro(planOf(type), written(1n, Buffer.from([1, 2]), 0n), 0)).toEqual(["AQI="]);
  });

  test.each([
    ["no JSON", "{"],
    ["a type that is not there", '"nothing"'],
    ["a record without fields", '{"type":"record","name":"R"}'],
    ["a record without a name", '{"type":"record","fields":[]}'],
    [
      "a repeated field",
      '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
    ],
    ["a type defined twice", '[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":2}]'],
    ["a union in a union", '[["null","int"],"string"]'],
    ["an empty union", "[]"],
    ["a fixed type of no size", '{"type":"fixed","name":"F","size":-1}'],
    ["an enum of no symbols", '{"type":"enum","name":"E"}'],
    ["a number", "5"],
    ["deep nesting", `${'{"type":"array","items":'.repeat(100)}"int"${"}".repeat(100)}`],
  ])("%s is refused by name", (_, text) => {
    expect(() => parseAvroSchema(text)).toThrow(SchemaUnreadable);
  });

  test.each([
    ["decimal", { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 }, "BNI=", "12.34"],
    [
      "a fixed decimal",
      { type: "fixed", name: "D", size: 4, logicalType: "decimal", scale: 1 },
      "AAAE0g==",
      "123.4",
    ],
    ["date", { type: "int", logicalType: "date" }, 19_782, "2024-02-29"],
    ["time-micros", { type: "long", logicalType: "time-micros" }, 1_500_000, "00:00:01.5"],
    ["timestamp-millis", { type: "long", logicalType: "timestamp-millis" }, -1, "1969-12-31T23:59:59.999"],
    ["timestamp-micros", { type: "long", logicalType: "timestamp-micros" }, 1, "1970-01-01T00:00:00.000001"],
    ["uuid", { type: "string", logicalType: "uuid" }, "b68a35a7", "b68a35a7"],
    [
      "Connect's own name first",
      { type: "int", "connect.name": "io.debezium.time.Year", logicalType: "date" },
      7,
      7,
    ],
  ])("the logical type %s", (_, schema, raw, value) => {
    const decode = compileDecoder(connectSchemaOf(parseAvroSchema(JSON.stringify(schema))));

    expect(decimalText(decode(raw))).toEqual(value);
  });

  test("Connect's attributes become Connect's schema: type, name, parameters, defaults and the column's own name", () => {
    const text = JSON.stringify({
      type: "record",
      name: "Value",
      namespace: "s.t",
      fields: [
        { name: "small", type: { type: "int", "connect.type": "int16", "connect.default": 3 }, default: 3 },
        {
          name: "total_amount",
          type: [
            "null",
            {
              type: "bytes",
              "connect.name": "org.apache.kafka.connect.data.Decimal",
              "connect.parameters": { scale: "2", "__debezium.source.column.name": "total amount" },
              "connect.default": "\u0004\u00d2",
            },
          ],
        },
      ],
    });

    const schema = connectSchemaOf(parseAvroSchema(text));

    expect(schema).toMatchObject({ type: "struct", name: "s.t.Value" });
    expect(schema.fields).toMatchObject([
      { field: "small", type: "int16", isOptional: false, fallback: 3 },
      {
        field: "total amount",
        type: "bytes",
        isOptional: true,
        name: "org.apache.kafka.connect.data.Decimal",
        fallback: "BNI=",
      },
    ]);
  });
});
