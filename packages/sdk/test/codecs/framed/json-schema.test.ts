import { expect, test } from "vitest";
import { RecordCodec } from "../../../src/codecs/index.ts";
import type { WriterSchema } from "../../../src/codecs/index.ts";
import type { Change } from "../../../src/index.ts";
import { framed } from "../../support/avro-bytes.ts";
import { decimalText } from "../../support/decimal-text.ts";
import { recordOf, sourceText } from "../../support/records.ts";

const optional = (type: object) => ({ oneOf: [{ type: "null" }, type] });
const value = {
  type: "object",
  title: "s.t.Value",
  properties: {
    id: { type: "integer", "connect.type": "int32" },
    count: optional({ type: "integer", "connect.type": "int64" }),
    seen: optional({ type: "integer", title: "io.debezium.time.MicroTimestamp", "connect.type": "int64" }),
    price: optional({
      type: "number",
      title: "org.apache.kafka.connect.data.Decimal",
      "connect.parameters": { scale: "2" },
      "connect.type": "bytes",
    }),
    photo: optional({ type: "string", "connect.type": "bytes" }),
    ratio: { type: "number", "connect.type": "float32" },
    tags: { type: "array", items: { type: "string" } },
    labels: {
      type: "object",
      "connect.type": "map",
      additionalProperties: { type: "integer", "connect.type": "int64" },
    },
  },
};
const envelope = {
  type: "object",
  title: "s.t.Envelope",
  properties: {
    before: optional({ $ref: "#/definitions/Value" }),
    after: optional({ $ref: "#/definitions/Value" }),
    source: { type: "object", properties: {} },
    op: { type: "string" },
  },
  definitions: { Value: value },
};

const schemaOf = (written: unknown): WriterSchema => ({
  ref: "id/1",
  language: "json-schema",
  text: typeof written === "string" ? written : JSON.stringify(written),
  references: [],
});
const find = (written: unknown, text: string) =>
  new RecordCodec(new Map([["id/1", schemaOf(written)]])).find({
    ...recordOf(null, null),
    value: framed(1, Buffer.from(text)),
  });

test("JSON behind a schema's id has the types that its schema tells", () => {
  const row = `{"id":7,"count":9,"seen":1,"price":"BNI=","photo":"AQI=","ratio":0.5,"tags":["a"],"labels":{"k":1}}`;
  const found = find(envelope, `{"before":null,"after":${row},"source":${sourceText},"op":"c"}`);
  const { after } = found.decoded as Change;

  expect(found).toMatchObject({ format: "debezium-json-schema", schema: { ref: "id/1" } });
  expect(
    Object.fromEntries(Object.entries(after ?? {}).map(([name, one]) => [name, decimalText(one)])),
  ).toEqual({
    id: 7,
    count: 9n,
    seen: "1970-01-01T00:00:00.000001",
    price: "12.34",
    photo: new Uint8Array([1, 2]),
    ratio: 0.5,
    tags: ["a"],
    labels: { k: 1n },
  });
});

test("a decimal that came as a number keeps its digits", () => {
  const row = `{"id":7,"price":12345678901234567890.10}`;
  const { after } = find(envelope, `{"after":${row},"source":${sourceText},"op":"c"}`).decoded as Change;

  expect(decimalText(after?.["price"])).toBe("12345678901234567890.10");
});

test.each([
  ["a schema that is no object", "true", '{"id":1}', "record.not_a_change"],
  ["a schema that is no JSON", "{", '{"id":1}', "record.schema_invalid"],
  ["data that is no JSON", envelope, "{", "record.not_json"],
  [
    "data that does not fit",
    envelope,
    `{"after":{"id":"x"},"source":${sourceText},"op":"c"}`,
    "record.value_invalid",
  ],
])("%s is named", (_, written, text, code) => {
  expect(find(written, text).decoded).toMatchObject({ undecodable: code });
});

test("a schema that refers to itself, or elsewhere, passes what it cannot say", () => {
  const tree = {
    type: "object",
    title: "s.t.Value",
    properties: { next: { $ref: "#" }, other: { $ref: "http://elsewhere/x" } },
  };

  expect(find(tree, '{"next":{"next":null,"other":1},"other":[1]}').decoded).toMatchObject({
    after: { next: { next: null, other: 1 }, other: [1] },
  });
});

test("definitions that double at every step are refused, not followed", () => {
  const definitions = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `L${index}`,
      {
        type: "object",
        properties: {
          a: { $ref: `#/definitions/L${index + 1}` },
          b: { $ref: `#/definitions/L${index + 1}` },
        },
      },
    ]),
  );

  expect(find({ $ref: "#/definitions/L0", definitions }, "{}").decoded).toMatchObject({
    undecodable: "record.schema_invalid",
  });
});
