import { expect, test } from "vitest";
import { recordOfLine } from "../../src/change/record-of-line.ts";

const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

test("bytes are taken as they are, with their headers", () => {
  const line = JSON.stringify({
    topic: "his.patient",
    partition: 3,
    offset: 7,
    headers: [
      ["a", Buffer.from("x").toString("base64")],
      ["b", null],
    ],
    key_base64: Buffer.from('{"id":1}').toString("base64"),
    value_base64: null,
  });

  const record = recordOfLine(line, 1);

  expect(record).toMatchObject({ topic: "his.patient", partition: 3, offset: 7n, value: null });
  expect(textOf(record.key)).toBe('{"id":1}');
  expect(record.headers.map(({ name, value }) => [name, textOf(value)])).toEqual([
    ["a", "x"],
    ["b", null],
  ]);
});

test("JSON in a line keeps its numbers as they are written", () => {
  const value = '{ "n": 9007199254740993, "d": 1.10, "t": "a \\"},{ b", "l": [1, {"x": 2}] }';

  const record = recordOfLine(`{"key": {"id": 18446744073709551615} , "value": ${value}, "note": "x"}`, 1);

  expect(textOf(record.key)).toBe('{"id": 18446744073709551615}');
  expect(textOf(record.value)).toBe(value);
});

test("JSON inside of a text is the record itself, any other text is not", () => {
  const record = recordOfLine(JSON.stringify({ key: "****", value: '{"op":"c"}' }), 1);

  expect(textOf(record.value)).toBe('{"op":"c"}');
  expect(textOf(record.key)).toBe('"****"');
});

test("what is left out is null in Kafka", () => {
  expect(recordOfLine("{}", 1)).toMatchObject({ key: null, value: null, headers: [] });
});

test.each([
  ["", "nonsense"],
  ["", "[1]"],
  ["value_base64", '{"value_base64":"a"}'],
  ["key_base64", '{"key_base64":5}'],
  ["headers", '{"headers":{}}'],
  ["headers[1]", '{"headers":[["a",null],5]}'],
  ["headers[0]", '{"headers":[[1,null]]}'],
  ["headers[0]", '{"headers":[["a","!"]]}'],
])("a fault at %s is named with its line: %s", (path, line) => {
  expect(() => recordOfLine(line, 4)).toThrow(
    expect.objectContaining({
      code: "change.line_invalid",
      facts: expect.objectContaining({ line: 4, path }),
    }),
  );
});
