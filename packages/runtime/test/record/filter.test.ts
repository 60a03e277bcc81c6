import { expect, test } from "vitest";
import { filter } from "../../src/record/filter.ts";

const recordOf = (value: string | null) => ({
  topic: "t",
  partition: 0,
  offset: 0n,
  timestampMs: 0,
  key: null,
  value: value === null ? null : Buffer.from(value),
  headers: [],
});

test("a tombstone is left out by name", () => {
  expect(filter(recordOf(null), { operations: [] })).toBe("tombstone");
});

test("without a wish everything else goes on unread", () => {
  expect(filter(recordOf("not json"), { operations: [] })).toBeUndefined();
});

test("operations that are not wanted are left out by name, with and without schema", () => {
  const wanted = { operations: ["insert", "update"] as const };

  expect(filter(recordOf('{"op":"d"}'), wanted)).toBe("operation.delete");
  expect(filter(recordOf('{"schema":{},"payload":{"op":"r"}}'), wanted)).toBe("operation.snapshot");
  expect(filter(recordOf('{"after":{"op":"d"},"op":"c"}'), wanted)).toBeUndefined();
});

test("what cannot be read goes on, so that decoding can say why", () => {
  for (const value of ["", "{", "null", "[1]", '{"op":7}', '{"op":"__proto__"}']) {
    expect(filter(recordOf(value), { operations: ["insert"] })).toBeUndefined();
  }
});

test("a tombstone that is a delete goes on, unless deletes are not wanted", () => {
  expect(filter(recordOf(null), { operations: [] }, "delete")).toBeUndefined();
  expect(filter(recordOf(null), { operations: ["delete"] }, "delete")).toBeUndefined();
  expect(filter(recordOf(null), { operations: ["insert"] }, "delete")).toBe("operation.delete");
});
